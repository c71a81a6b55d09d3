"""The pieces of HTML that the scripts fill: the page's head line and one mount point per panel."""

from collections.abc import Mapping, Sequence


def header(tabs_of_panels: Mapping[str, Sequence[str]]) -> str:
    """Title, tabs of modalities, tabs of the panels of each, health. tabs_of_panels: modality -> names of panels."""
    tabs = "".join(
        f'<button type="button" role="tab" class="pg-tab" id="pg-tab-{name}" data-modality="{name}" '
        f'aria-controls="pg-panels-{name}" aria-selected="{str(i == 0).lower()}" tabindex="{0 if i == 0 else -1}">'
        f"{name.capitalize()}</button>"
        for i, name in enumerate(tabs_of_panels)
    )
    panel_lists = "".join(
        _panel_tabs(name, panels, first=i == 0) for i, (name, panels) in enumerate(tabs_of_panels.items())
    )
    return (
        '<header class="pg-header" id="pg-header">'
        '<h1 class="pg-brand">Latent<span> playground</span></h1>'
        f'<div class="pg-tabs pg-tabs-modality" role="tablist" aria-label="Kind of data">{tabs}</div>'
        f"{panel_lists}"
        '<div class="pg-header-end">'
        '<button type="button" class="pg-button pg-button-quiet" id="pg-copy-link">Copy link</button>'
        '<span class="pg-health" id="pg-health" role="status" data-state="starting">'
        '<span class="pg-dot" aria-hidden="true"></span><span class="pg-health-words">Models starting</span></span>'
        "</div></header>"
        '<div id="pg-live" class="pg-visually-hidden" role="status" aria-live="polite"></div>'
    )


def _panel_tabs(modality: str, panels: Sequence[str], *, first: bool) -> str:
    tabs = "".join(
        f'<button type="button" role="tab" class="pg-tab" id="pg-tab-{modality}-{name}" data-panel-of="{modality}" '
        f'data-panel="{name}" aria-controls="pg-panel-{modality}-{name}" '
        f'aria-selected="{str(i == 0).lower()}" tabindex="{0 if i == 0 else -1}">{name.capitalize()}</button>'
        for i, name in enumerate(panels)
    )
    hidden = "" if first else " hidden"
    return (
        f'<div class="pg-tabs pg-tabs-panel" id="pg-panels-{modality}" role="tablist" '
        f'aria-label="{modality.capitalize()}: what to do"{hidden}>{tabs}</div>'
    )


def panel(modality: str, name: str, *, shown: bool) -> str:
    """The place of one panel; its script fills it when it is first shown."""
    hidden = "" if shown else " hidden"
    return (
        f'<section class="pg-panel" id="pg-panel-{modality}-{name}" role="tabpanel" data-modality="{modality}" '
        f'data-panel="{name}" aria-labelledby="pg-tab-{modality}-{name}"{hidden}>'
        '<div class="pg-waiting" aria-hidden="true"></div></section>'
    )
