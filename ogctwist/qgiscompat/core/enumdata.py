# -*- test-case-name: tests.qgiscompat.core.test_names -*-
"""The enumerations of QGIS: class and name to members, at the level of QGIS 3.34."""

from __future__ import annotations

#: Class to its enumerations: C{NAME=NUMBER ...} in text, because there are many.
ENUMS: dict[str, dict[str, str]] = {
    "Qgis": {
        "DataType": (
            "UnknownDataType=0 Byte=1 UInt16=2 Int16=3 UInt32=4 Int32=5 Float32=6 Float64=7 CInt16=8 "
            "CInt32=9 CFloat32=10 CFloat64=11 ARGB32=12 ARGB32_Premultiplied=13"
        ),
        "FeatureCountState": "Uncounted=-2 UnknownCount=-1",
        "GeometryOperationResult": (
            "Success=0 NothingHappened=1000 InvalidBaseGeometry=1001 InvalidInputGeometryType=1002 "
            "SelectionIsEmpty=1003 SelectionIsGreaterThanOne=1004 GeometryEngineError=1005 "
            "LayerNotEditable=1006 AddPartSelectedGeometryNotFound=1007 AddPartNotMultiGeometry=1008 "
            "AddRingNotClosed=1009 AddRingNotValid=1010 AddRingCrossesExistingRings=1011 "
            "AddRingNotInExistingFeature=1012 SplitCannotSplitPoint=1013"
        ),
        "BufferSide": "Left=0 Right=1",
        "EndCapStyle": "Round=1 Flat=2 Square=3",
        "JoinStyle": "Round=1 Miter=2 Bevel=3",
        "MessageLevel": "Info=0 Warning=1 Critical=2 Success=3 NoLevel=4",
        "RasterResamplingStage": "ResampleFilter=0 Provider=1",
        "RenderContextFlag": (
            "DrawEditingInfo=1 ForceVectorOutput=2 UseAdvancedEffects=4 UseRenderingOptimization=8 "
            "DrawSelection=16 DrawSymbolBounds=32 RenderMapTile=64 Antialiasing=128 "
            "RenderPartialOutput=256 RenderPreviewJob=512 RenderBlocking=1024 "
            "RenderSymbolPreview=2048 LosslessImageRendering=4096 "
            "ApplyScalingWorkaroundForTextRendering=8192 Render3DMap=16384 "
            "ApplyClipAfterReprojection=32768 RenderingSubSymbol=65536"
        ),
        "MapSettingsFlag": (
            "Antialiasing=1 DrawEditingInfo=2 ForceVectorOutput=4 UseAdvancedEffects=8 "
            "DrawLabeling=16 UseRenderingOptimization=32 DrawSelection=64 DrawSymbolBounds=128 "
            "RenderMapTile=256 RenderPartialOutput=512 RenderPreviewJob=1024 RenderBlocking=2048 "
            "LosslessImageRendering=4096 Render3DMap=8192"
        ),
        "SpatialFilterType": "NoFilter=0 BoundingBox=1 DistanceWithin=2",
        "SqlLayerDefinitionCapability": (
            "SubsetStringFilter=2 GeometryColumn=4 PrimaryKeys=8 UnstableFeatureIds=16"
        ),
        "SymbolType": "Marker=0 Line=1 Fill=2 Hybrid=3",
        "TextRenderFormat": "AlwaysOutlines=0 AlwaysText=1",
        "TransformDirection": "Forward=0 Reverse=1",
        "UnplacedLabelVisibility": "FollowEngineSetting=0 NeverShow=1",
        "VectorEditResult": "Success=0 EmptyGeometry=1 EditFailed=2 FetchFeatureFailed=3 InvalidLayer=4",
        "VectorExportResult": (
            "Success=0 ErrorCreatingDataSource=1 ErrorCreatingLayer=2 ErrorAttributeTypeUnsupported=3 "
            "ErrorAttributeCreationFailed=4 ErrorProjectingFeatures=5 ErrorFeatureWriteFailed=6 "
            "ErrorInvalidLayer=7 ErrorInvalidProvider=8 ErrorProviderUnsupportedFeature=9 "
            "ErrorConnectionFailed=10 UserCanceled=11"
        ),
        "VertexType": "Segment=1 Curve=2",
        "ScaleMethod": "ScaleArea=0 ScaleDiameter=1",
        "SelectBehavior": "SetSelection=0 AddToSelection=1 IntersectSelection=2 RemoveFromSelection=3",
        "HttpMethod": "Get=0 Post=1",
        "FilePathType": "Absolute=0 Relative=1",
        "SublayerFlag": "SystemTable=1",
        "LayerType": (
            "Vector=0 VectorLayer=0 Raster=1 RasterLayer=1 Plugin=2 PluginLayer=2 Mesh=3 MeshLayer=3 "
            "VectorTile=4 VectorTileLayer=4 Annotation=5 AnnotationLayer=5 PointCloud=6 "
            "PointCloudLayer=6 Group=7 GroupLayer=7"
        ),
        "GeometryType": (
            "Point=0 PointGeometry=0 Line=1 LineGeometry=1 Polygon=2 PolygonGeometry=2 Unknown=3 "
            "UnknownGeometry=3 Null=4 NullGeometry=4"
        ),
        "WkbType": (
            "Point25D=-2147483647 LineString25D=-2147483646 Polygon25D=-2147483645 "
            "MultiPoint25D=-2147483644 MultiLineString25D=-2147483643 MultiPolygon25D=-2147483642 "
            "Unknown=0 Point=1 LineString=2 Polygon=3 MultiPoint=4 MultiLineString=5 MultiPolygon=6 "
            "GeometryCollection=7 CircularString=8 CompoundCurve=9 CurvePolygon=10 MultiCurve=11 "
            "MultiSurface=12 Triangle=17 NoGeometry=100 PointZ=1001 LineStringZ=1002 PolygonZ=1003 "
            "MultiPointZ=1004 MultiLineStringZ=1005 MultiPolygonZ=1006 GeometryCollectionZ=1007 "
            "CircularStringZ=1008 CompoundCurveZ=1009 CurvePolygonZ=1010 MultiCurveZ=1011 "
            "MultiSurfaceZ=1012 TriangleZ=1017 PointM=2001 LineStringM=2002 PolygonM=2003 "
            "MultiPointM=2004 MultiLineStringM=2005 MultiPolygonM=2006 GeometryCollectionM=2007 "
            "CircularStringM=2008 CompoundCurveM=2009 CurvePolygonM=2010 MultiCurveM=2011 "
            "MultiSurfaceM=2012 TriangleM=2017 PointZM=3001 LineStringZM=3002 PolygonZM=3003 "
            "MultiPointZM=3004 MultiLineStringZM=3005 MultiPolygonZM=3006 GeometryCollectionZM=3007 "
            "CircularStringZM=3008 CompoundCurveZM=3009 CurvePolygonZM=3010 MultiCurveZM=3011 "
            "MultiSurfaceZM=3012 TriangleZM=3017"
        ),
        "ProjectReadFlag": (
            "DontResolveLayers=1 DontLoadLayouts=2 TrustLayerMetadata=4 DontStoreOriginalStyles=8 "
            "DontLoad3DViews=16 DontLoadProjectStyles=32 ForceReadOnlyLayers=64"
        ),
        "FieldConfigurationFlag": "NoFlag=0 NotSearchable=2 HideFromWms=4 HideFromWfs=8",
        "AttributeEditorType": (
            "Container=0 Field=1 Relation=2 QmlElement=3 HtmlElement=4 Action=5 TextElement=6 "
            "SpacerElement=7 Invalid=8"
        ),
        "ProjectCapability": "ProjectStyles=1",
        "RasterizedRenderingPolicy": "Default=0 PreferVector=1 ForceVector=2",
        "DistanceUnit": (
            "Meters=0 Kilometers=1 Feet=2 NauticalMiles=3 Yards=4 Miles=5 Degrees=6 Centimeters=7 "
            "Millimeters=8 Unknown=9"
        ),
        "AreaUnit": (
            "SquareMeters=0 SquareKilometers=1 SquareFeet=2 SquareYards=3 SquareMiles=4 Hectares=5 "
            "Acres=6 SquareNauticalMiles=7 SquareDegrees=8 SquareCentimeters=9 SquareMillimeters=10 "
            "Unknown=11"
        ),
        "LayoutUnit": "Millimeters=0 Centimeters=1 Meters=2 Inches=3 Feet=4 Points=5 Picas=6 Pixels=7",
    },
    "QgsMapLayer": {
        "LayerFlag": "Identifiable=1 Removable=2 Searchable=4 Private=8",
        "PropertyType": "Style=0 Metadata=1",
        "ReadFlag": "FlagDontResolveLayers=1 FlagTrustLayerMetadata=2 FlagReadExtentFromXml=4",
        "StyleCategory": (
            "LayerConfiguration=1 Symbology=2 Symbology3D=4 Labeling=8 Fields=16 Forms=32 Actions=64 "
            "MapTips=128 Diagrams=256 AttributeTable=512 Rendering=1024 CustomProperties=2048 "
            "GeometryOptions=4096 Relations=8192 Temporal=16384 Legend=32768 Elevation=65536 "
            "Notes=131072 AllStyleCategories=262143"
        ),
    },
    "QgsUnitTypes": {
        "AngleUnit": (
            "AngleDegrees=0 AngleRadians=1 AngleGon=2 AngleMinutesOfArc=3 AngleSecondsOfArc=4 "
            "AngleTurn=5 AngleMilliradiansSI=6 AngleMilNATO=7 AngleUnknownUnit=8"
        ),
        "AreaUnit": (
            "AreaSquareMeters=0 AreaSquareKilometers=1 AreaSquareFeet=2 AreaSquareYards=3 "
            "AreaSquareMiles=4 AreaHectares=5 AreaAcres=6 AreaSquareNauticalMiles=7 "
            "AreaSquareDegrees=8 AreaSquareCentimeters=9 AreaSquareMillimeters=10 AreaUnknownUnit=11"
        ),
        "DistanceUnit": (
            "DistanceMeters=0 DistanceKilometers=1 DistanceFeet=2 DistanceNauticalMiles=3 "
            "DistanceYards=4 DistanceMiles=5 DistanceDegrees=6 DistanceCentimeters=7 "
            "DistanceMillimeters=8 DistanceUnknownUnit=9"
        ),
        "LayoutUnit": (
            "LayoutMillimeters=0 LayoutCentimeters=1 LayoutMeters=2 LayoutInches=3 LayoutFeet=4 "
            "LayoutPoints=5 LayoutPicas=6 LayoutPixels=7"
        ),
        "RenderUnit": (
            "RenderMillimeters=0 RenderMapUnits=1 RenderPixels=2 RenderPercentage=3 RenderPoints=4 "
            "RenderInches=5 RenderUnknownUnit=6 RenderMetersInMapUnits=7"
        ),
        "TemporalUnit": (
            "TemporalMilliseconds=0 TemporalSeconds=1 TemporalMinutes=2 TemporalHours=3 "
            "TemporalDays=4 TemporalWeeks=5 TemporalMonths=6 TemporalYears=7 TemporalDecades=8 "
            "TemporalCenturies=9 TemporalIrregularStep=10 TemporalUnknownUnit=11"
        ),
        "UnitType": "TypeDistance=0 TypeArea=1 TypeVolume=2 TypeUnknown=3 TypeTemporal=4",
    },
    "QgsFeatureRequest": {
        "FilterType": "FilterNone=0 FilterFid=1 FilterExpression=2 FilterFids=3",
        "Flag": (
            "NoFlags=0 NoGeometry=1 SubsetOfAttributes=2 ExactIntersect=4 "
            "IgnoreStaticNodesDuringExpressionCompilation=8 EmbeddedSymbols=16"
        ),
        "InvalidGeometryCheck": "GeometryNoCheck=0 GeometrySkipInvalid=1 GeometryAbortOnInvalid=2",
    },
    "QgsFieldConstraints": {
        "Constraint": "ConstraintNotNull=1 ConstraintUnique=2 ConstraintExpression=4",
        "ConstraintOrigin": "ConstraintOriginNotSet=0 ConstraintOriginProvider=1 ConstraintOriginLayer=2",
        "ConstraintStrength": "ConstraintStrengthNotSet=0 ConstraintStrengthHard=1 ConstraintStrengthSoft=2",
    },
    "QgsFields": {
        "FieldOrigin": "OriginUnknown=0 OriginProvider=1 OriginJoin=2 OriginEdit=3 OriginExpression=4",
    },
    "QgsVectorFileWriter": {
        "ActionOnExistingFile": (
            "CreateOrOverwriteFile=0 CreateOrOverwriteLayer=1 AppendToLayerNoNewFields=2 "
            "AppendToLayerAddFields=3"
        ),
        "FieldNameSource": "Original=0 PreferAlias=1",
        "SymbologyExport": "NoSymbology=0 FeatureSymbology=1 SymbolLayerSymbology=2",
        "VectorFormatOption": "SortRecommended=2 SkipNonSpatialFormats=4",
        "WriterError": (
            "NoError=0 ErrDriverNotFound=1 ErrCreateDataSource=2 ErrCreateLayer=3 "
            "ErrAttributeTypeUnsupported=4 ErrAttributeCreationFailed=5 ErrProjection=6 "
            "ErrFeatureWriteFailed=7 ErrInvalidLayer=8 ErrSavingMetadata=9 Canceled=10"
        ),
    },
    "QgsVectorDataProvider": {
        "Capability": (
            "NoCapabilities=0 AddFeatures=1 DeleteFeatures=2 ChangeAttributeValues=4 AddAttributes=8 "
            "DeleteAttributes=16 CreateSpatialIndex=64 SelectAtId=128 ChangeGeometries=256 "
            "CreateAttributeIndex=4096 SelectEncoding=8192 SimplifyGeometries=16384 "
            "SimplifyGeometriesWithTopologicalValidation=32768 TransactionSupport=65536 "
            "CircularGeometries=131072 ChangeFeatures=262144 RenameAttributes=524288 "
            "FastTruncate=1048576 ReadLayerMetadata=2097152 WriteLayerMetadata=4194304 "
            "CancelSupport=8388608 CreateRenderer=16777216 CreateLabeling=33554432 "
            "ReloadData=67108864 FeatureSymbology=134217728"
        ),
    },
    "QgsDataProvider": {
        "DataCapability": "NoDataCapabilities=0 File=1 Dir=2 Database=4 Net=8",
        "ProviderProperty": "EvaluateDefaultValues=0 CustomData=3000",
        "ReadFlag": "FlagTrustDataSource=1 SkipFeatureCount=2 FlagLoadDefaultStyle=4 SkipGetExtent=8",
    },
    "QgsDataSourceUri": {
        "SslMode": "SslPrefer=0 SslDisable=1 SslAllow=2 SslRequire=3 SslVerifyCa=4 SslVerifyFull=5",
    },
    "QgsCoordinateReferenceSystem": {
        "CrsType": "InternalCrsId=0 PostgisCrsId=1 EpsgCrsId=2",
        "Format": "FormatWkt=0 FormatProj=1",
        "IdentifierType": "ShortString=0 MediumString=1 FullString=2",
        "WktVariant": (
            "WKT1_GDAL=0 WKT1_ESRI=1 WKT2_2015=2 WKT2_2015_SIMPLIFIED=3 WKT2_2018=4 WKT2_2019=4 "
            "WKT_PREFERRED=4 WKT_PREFERRED_GDAL=4 WKT2_2018_SIMPLIFIED=5 WKT2_2019_SIMPLIFIED=5 "
            "WKT_PREFERRED_SIMPLIFIED=5"
        ),
    },
    "QgsCoordinateTransform": {
        "TransformDirection": "ForwardTransform=0 Forward=0 ReverseTransform=1 Reverse=1",
    },
    "QgsExpression": {
        "SpatialOperator": (
            "soBbox=0 soIntersects=1 soContains=2 soCrosses=3 soEquals=4 soDisjoint=5 soOverlaps=6 "
            "soTouches=7 soWithin=8"
        ),
    },
    "QgsLayerTreeNode": {
        "NodeType": "NodeGroup=0 NodeLayer=1",
    },
    "QgsRelation": {
        "RelationStrength": "Association=0 Composition=1",
        "RelationType": "Normal=0 Generated=1",
    },
    "QgsProject": {
        "AvoidIntersectionsMode": (
            "AllowIntersections=0 AvoidIntersectionsCurrentLayer=1 AvoidIntersectionsLayers=2"
        ),
        "FileFormat": "Qgz=0 Qgs=1",
        "ReadFlag": (
            "FlagDontResolveLayers=1 FlagDontLoadLayouts=2 FlagTrustLayerMetadata=4 "
            "FlagDontStoreOriginalStyles=8"
        ),
    },
    "QgsAttributeTableConfig": {
        "ActionWidgetStyle": "ButtonList=0 DropDown=1",
        "Type": "Field=0 Action=1",
    },
    "QgsEditFormConfig": {
        "EditorLayout": "GeneratedLayout=0 TabLayout=1 UiFileLayout=2",
        "FeatureFormSuppress": "SuppressDefault=0 SuppressOn=1 SuppressOff=2",
    },
    "QgsAttributeEditorElement": {
        "AttributeEditorType": (
            "AeTypeContainer=0 AeTypeField=1 AeTypeRelation=2 AeTypeInvalid=3 AeTypeQmlElement=4 "
            "AeTypeHtmlElement=5 AeTypeAction=6"
        ),
    },
    "QgsVectorLayer": {
        "SelectBehavior": "SetSelection=0 AddToSelection=1 IntersectSelection=2 RemoveFromSelection=3",
        "EditResult": "Success=0 EmptyGeometry=1 EditFailed=2 FetchFeatureFailed=3 InvalidLayer=4",
    },
    "QgsRasterLayer": {
        "LayerType": "GrayOrUndefined=0 Palette=1 Multiband=2 ColorLayer=3",
    },
    "QgsGeometry": {
        "OperationResult": (
            "Success=0 NothingHappened=1000 InvalidBaseGeometry=1001 InvalidInputGeometryType=1002 "
            "SelectionIsEmpty=1003 SelectionIsGreaterThanOne=1004 GeometryEngineError=1005 "
            "LayerNotEditable=1006 AddPartSelectedGeometryNotFound=1007 AddPartNotMultiGeometry=1008 "
            "AddRingNotClosed=1009 AddRingNotValid=1010 AddRingCrossesExistingRings=1011 "
            "AddRingNotInExistingFeature=1012 SplitCannotSplitPoint=1013"
        ),
        "ValidityFlag": "FlagAllowSelfTouchingHoles=1 AllowSelfTouchingHoles=1",
        "ValidationMethod": "ValidatorQgisInternal=0 QgisInternal=0 ValidatorGeos=1 Geos=1",
        "BufferSide": "SideLeft=0 Left=0 SideRight=1 Right=1",
        "EndCapStyle": "CapRound=1 Round=1 CapFlat=2 Flat=2 CapSquare=3 Square=3",
        "JoinStyle": "JoinStyleRound=1 Round=1 JoinStyleMiter=2 Miter=2 JoinStyleBevel=3 Bevel=3",
    },
    "QgsSettings": {
        "Section": (
            "NoSection=0 Core=1 Gui=2 Server=3 Plugins=4 Auth=5 App=6 Providers=7 Expressions=8 Misc=9 Gps=10"
        ),
    },
    "QgsMasterLayoutInterface": {
        "Type": "PrintLayout=0 Report=1",
    },
    "QgsLayoutExporter": {
        "ExportResult": (
            "Success=0 Canceled=1 MemoryError=2 FileError=3 PrintError=4 SvgLayerError=5 IteratorError=6"
        ),
    },
    "QgsLayoutItemMap": {
        "AtlasScalingMode": "Fixed=0 Predefined=1 Auto=2",
    },
    "QgsMapSettings": {
        "Flag": (
            "Antialiasing=1 DrawEditingInfo=2 ForceVectorOutput=4 UseAdvancedEffects=8 "
            "DrawLabeling=16 UseRenderingOptimization=32 DrawSelection=64 DrawSymbolBounds=128 "
            "RenderMapTile=256 RenderPartialOutput=512 RenderPreviewJob=1024 RenderBlocking=2048 "
            "LosslessImageRendering=4096 Render3DMap=8192"
        ),
    },
}
