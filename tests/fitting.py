"""Whether the text of a page fits, as a browser has laid it out."""

from typing import Final

from playwright.sync_api import Page

MISFITS: Final = """() => {
  const found = new Set(), pieces = [];
  const top = document.querySelector("dialog[open]") ?? document.body;
  const unseen = "script, style, noscript, defs, title, desc, option";
  // What is there for the ear alone is clipped away.
  const heard = (node) => node
    && (getComputedStyle(node).clipPath === "inset(50%)" || heard(node.parentElement));
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !node.closest(unseen) && !heard(node);
  const words = (text) => text.trim().replace(/\\s+/g, " ").slice(0, 60);
  const holder = (node) => {
    while (["inline", "contents"].includes(getComputedStyle(node).display)) node = node.parentElement;
    return node;
  };
  // What of a box is left within all that cuts or scrolls it; notes what is cut for good.
  const shown = (box, node, text) => {
    let { left, right, top, bottom } = box;
    for (let at = node; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at), frame = at.getBoundingClientRect();
      for (const [kind, over] of [[style.overflowX, left < frame.left - 1 || right > frame.right + 1],
        [style.overflowY, top < frame.top - 2 || bottom > frame.bottom + 2]]) {
        if (over && ["hidden", "clip"].includes(kind)) found.add(`cut: ${text}`);
      }
      if (style.overflowX !== "visible") {
        [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      }
      if (style.overflowY !== "visible") {
        [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
      }
    }
    return { left, right, top, bottom };
  };
  const keep = (box, node, text, control) => {
    const left = shown(box, node, text);
    if (left.right - left.left <= 1 || left.bottom - left.top <= 1) return;
    pieces.push({ ...left, node, text, control });
  };
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, text = words(node.data);
    if (!text || !seen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const drawn = parent.closest("text");
    const frame = drawn ? null : holder(parent).getBoundingClientRect();
    if (drawn) {
      const turn = drawn.getScreenCTM(), svg = drawn.ownerSVGElement, box = drawn.getBoundingClientRect();
      const room = svg.getBoundingClientRect();
      if (Math.abs(turn.b) > 0.01) found.add(`turned: ${text}`);
      if (getComputedStyle(svg).overflow !== "visible" && (box.left < room.left - 1
        || box.right > room.right + 1 || box.top < room.top - 2 || box.bottom > room.bottom + 2)) {
        found.add(`cut: ${text}`);
      }
    }
    // A range knows nothing of a text that is set narrower.
    const lines = drawn?.childNodes.length === 1 ? [drawn.getBoundingClientRect()] : range.getClientRects();
    for (const { left, right, top: high, bottom: low } of lines) {
      if (right - left < 1) continue;
      // Letters are lower than the line they stand on.
      const slack = (low - high) * 0.2;
      if (frame && (left < frame.left - 1 || right > frame.right + 1
        || low - slack > frame.bottom + 1 || high + slack < frame.top - 1)) {
        found.add(`beyond its box: ${text}`);
      }
      keep({ left, right, top: high + slack, bottom: low - slack }, parent, text, false);
    }
  }
  for (const control of top.querySelectorAll("select, input, button, textarea")) {
    if (!seen(control)) continue;
    const menu = control.tagName === "SELECT";
    const text = words(menu ? control.selectedOptions[0]?.text ?? "" : control.id || control.type);
    keep(control.getBoundingClientRect(), control, text, true);
    if (!menu) continue;
    // As wide as the browser itself would make it for what is chosen.
    const alone = document.createElement("select"), style = getComputedStyle(control);
    alone.append(new Option(text));
    for (const name of ["font", "padding", "border", "boxSizing"]) alone.style[name] = style[name];
    Object.assign(alone.style, { position: "absolute", maxWidth: "none", width: "auto", minWidth: "0" });
    document.body.append(alone);
    if (alone.offsetWidth > control.offsetWidth + 1) found.add(`cut in its menu: ${text}`);
    alone.remove();
  }
  pieces.sort((one, other) => one.top - other.top);
  pieces.forEach((one, place) => {
    for (let next = place + 1; next < pieces.length && pieces[next].top < one.bottom - 1; next += 1) {
      const other = pieces[next];
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - other.top;
      if (wide <= 1 || high <= 1) continue;
      if (one.control && one.node.contains(other.node)) continue;
      if (other.control && other.node.contains(one.node)) continue;
      found.add(`over one another: ${one.text} | ${other.text}`);
    }
  });
  return [...found];
}"""
"""What of the text that is shown does not fit, each with its kind: cut off by what it stands in; reaching out
of its box; a chosen option that its menu is too narrow for; turned; painted over by other text or by a
control. What scrolls may reach out of sight."""


def misfits(page: Page) -> list[str]:
    """Find the text on a page that does not fit; empty where all does."""
    found: list[str] = page.evaluate(MISFITS)
    return found
