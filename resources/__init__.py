"""Files that ship with the program: icons, fonts, styles, default presets and key maps.

This folder is an ordinary package beside ``app`` so that one way of reading works in a checkout,
in an editable install, in a wheel and in a bundle::

    from importlib.resources import files

    text = (files("resources") / "presets" / "web.json").read_text(encoding="utf-8")

Never use paths relative to ``__file__``. Folders inside need no ``__init__.py``; everything below
this one is packaged (``tool.setuptools.package-data``).
"""
