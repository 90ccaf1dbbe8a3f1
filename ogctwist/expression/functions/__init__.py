# -*- test-case-name: tests.expression.test_functions -*-
"""The functions of the expression language, one module for each group."""
