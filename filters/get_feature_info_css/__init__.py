"""Gives GetFeatureInfo pages a style sheet."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .get_feature_info_css import GetFeatureInfoCss

    serverIface.registerFilter(GetFeatureInfoCss(serverIface), 100)
