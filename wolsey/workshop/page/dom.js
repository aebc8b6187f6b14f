// Elements from data. Text is always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// How long each text of a drawing is in the font that this browser has: no two have the same.
export function lengths(words, kind) {
  const texts = words.map((each) => svg("text", { class: kind }, each)), ruler = svg("svg", { class: "hidden", "aria-hidden": true }, texts);
  document.body.append(ruler);
  const found = texts.map((each) => each.getComputedTextLength());
  ruler.remove();
  return found;
}

export function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, words]) => el("option", { value, selected: value === chosen }, words)));
}

export function table(caption, heads, rows, numbersFrom = 1) {
  const kind = (place) => (place >= numbersFrom ? "number" : null);
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el("table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head, place) => el("th", { scope: "col", class: kind(place) }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, place) =>
        place === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: kind(place) }, cell)))))));
}
