"""Tajfif: official lists in, names screened in any script, evidence kept.

Reach for it from Python with three names::

    import tajfif

    screener = tajfif.Screener.open()
    for hit in screener.screen("Aymen Ezzaouahiri"):
        print(hit.score, hit.reference, hit.explanation)
    tajfif.compare_names("أيمن الظواهري", "Ayman al-Zawahiri").score
"""
