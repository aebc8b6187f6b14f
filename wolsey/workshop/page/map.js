// The wards as hexagons: colour, the value printed, schools as a row of dots.

import { byId, lengths, svg, el, table } from "./dom.js";
import { figure, signed } from "./words.js";

const SCALE = ["#F0F4F8", "#B9D3EA", "#6BACE6", "#2073BC", "#12436D"];
const LESS = ["#F9D3BF", "#F46A25"];
// How much narrower than it is a name is set at most.
const NARROWEST = 0.75;
// A hexagon of many is too narrow for a name (it stands in the table, and under the pointer), then for schools, then for a figure.
const NAMED = 56, DOTTED = 36, VALUED = 20, APART = 5;
let shapes = [];
let drawnFor = "";

const dark = (colour) => ["#2073BC", "#12436D"].includes(colour);

// The five equal steps that hold every ward in every year, of both plans.
export function steps(results, indicator) {
  const values = results.flatMap((result) => result.wards[indicator].flat()).filter((value) => value !== null);
  if (!values.length) return null;
  const low = Math.min(...values), high = Math.max(...values);
  const width = Math.max(1, Math.ceil((high - low) / SCALE.length));
  return SCALE.map((colour, place) => ({ colour, from: low + place * width, to: low + (place + 1) * width }));
}

const coloured = (value, scale) => scale.find((step) => value < step.to)?.colour ?? SCALE.at(-1);

const shortened = (name, long, room) => (long <= room / NARROWEST ? name : `${name.slice(0, Math.max(1, Math.floor((name.length * room) / NARROWEST / long) - 1)).trim()}.`);

// How many hexagons the map is wide, and how many sides of one it is high.
const extent = (wards) => ({ columns: Math.max(...wards.map((ward) => ward.column + (ward.row % 2 ? 1 : 0.5))) + 1,
  sides: 1.5 * (Math.max(...wards.map((ward) => ward.row)) + 1) + 0.5 });

function lay(town, width) {
  const { columns, sides } = extent(town.wards), wide = width / columns, side = wide / Math.sqrt(3);
  const hex = [[0, -side], [wide / 2, -side / 2], [wide / 2, side / 2], [0, side], [-wide / 2, side / 2], [-wide / 2, -side / 2]];
  const height = side * sides + 4;
  // Names lie where the hexagon is widest, figure and schools below them.
  const named = Math.max(-side * 0.34, 12 - side / 2), valued = wide < NAMED ? 5 : Math.max(side * 0.2, named + 18), dotted = Math.max(side * 0.46, valued + 2.5);
  const room = wide - 8, long = lengths(town.wards.map((ward) => ward.name), "ward");
  shapes = town.wards.map((ward, place) => {
    const x = wide * (ward.column + (ward.row % 2 ? 1 : 0.5)), y = side * (1.5 * ward.row + 1) + 2;
    const body = svg("polygon", { points: hex.map(([dx, dy]) => `${dx * 0.97},${dy * 0.97}`).join(" "), stroke: "#505A5F", "stroke-width": 1.2 });
    // A long name is set narrower, never smaller; where that would squeeze it, it is shortened, and stands in the table in full.
    const words = wide < NAMED ? "" : shortened(ward.name, long[place], room), needs = words === ward.name ? long[place] : lengths([words], "ward")[0];
    const name = svg("text", { y: named, "text-anchor": "middle", class: "ward",
      textLength: needs > room ? room : null, lengthAdjust: needs > room ? "spacingAndGlyphs" : null }, words);
    const value = svg("text", { y: valued, "text-anchor": "middle", class: "value", style: wide < NAMED ? `font-size: ${wide < VALUED ? 0 : Math.round(wide * 0.38)}px` : null });
    const all = ward.primary + ward.secondary, gap = Math.min(9, (wide * 0.7) / Math.max(1, all));
    const count = wide < DOTTED || gap < APART ? 0 : all;
    const dots = Array.from({ length: count }, (_, place) => {
      const at = (place - (count - 1) / 2) * gap, late = place >= ward.primary;
      return late ? svg("rect", { x: at - 3, y: dotted, width: 6, height: 6 })
        : svg("circle", { cx: at, cy: dotted + 3, r: 2.8 });
    });
    return { ward, body, value, group: svg("g", { transform: `translate(${x},${y})` }, svg("title", {}, ward.name), body, name, value, svg("g", { class: "dots" }, dots)) };
  });
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", id: "map-svg" }, shapes.map((shape) => shape.group));
}

// Width over height, with a little room below.
function tall(wards) {
  const { columns, sides } = extent(wards);
  return 0.9825 * columns * Math.sqrt(3) / sides;
}

export function draw({ town, results, state, difference, paper }) {
  const box = byId("map-drawing"), width = paper ? 0.72 * paper : Math.min(Math.round(box.clientWidth), Math.round((box.clientHeight || 360) * tall(town.wards)) || 1000);
  if (!width || !results.a) return;
  if (drawnFor !== `${width}`) {
    box.replaceChildren(lay(town, width));
    drawnFor = `${width}`;
  }
  const indicator = town.indicators[state.indicator], year = state.year - town.first;
  const showing = state.mode === "difference" && difference && results.b;
  const found = showing ? difference.wards[state.indicator][year] : results.a.wards[state.indicator][year];
  const scale = steps([results.a, results.b].filter(Boolean), state.indicator);
  for (const [place, shape] of shapes.entries()) {
    const value = found?.[place] ?? null;
    const colour = value === null || !scale ? "#FFFFFF" : showing ? apart(value, indicator) : coloured(value, scale);
    shape.body.setAttribute("fill", colour);
    shape.group.classList.toggle("dark", dark(colour));
    shape.value.textContent = value === null ? "–" : showing ? signed(value) : figure(value, indicator);
  }
  const what = showing ? "Plan A less plan B" : "Plan A";
  const known = town.wards.map((ward, place) => [ward.name, found?.[place] ?? null]).filter(([, value]) => value !== null);
  known.sort((x, y) => y[1] - x[1]);
  const words = known.length ? `${what}, ${indicator.title}, ${state.year}. Highest: ${known[0][0]}, ${showing ? signed(known[0][1]) : figure(known[0][1], indicator)}; `
    + `lowest: ${known.at(-1)[0]}, ${showing ? signed(known.at(-1)[1]) : figure(known.at(-1)[1], indicator)}.` : `No figures by ward in ${state.year}.`;
  byId("map-svg").setAttribute("aria-label", `Map of the wards. ${words}`);
  legend(scale, indicator, showing, known.length > 0, known.length < town.wards.length);
}

function apart(value, indicator) {
  const good = value * (indicator.direction || 1);
  if (Math.abs(value) < 0.25) return SCALE[0];
  if (good > 0) return good > 2 ? "#6BACE6" : "#B9D3EA";
  return good < -2 ? LESS[1] : LESS[0];
}

function legend(scale, indicator, showing, any, missing) {
  const key = (colour, words) => el("span", { class: "key" }, swatch(colour), words);
  const entries = !any ? ["No figures by ward in this year."]
    : showing ? [key("#6BACE6", "better by 2 or more"), key("#B9D3EA", "better"), key("#F9D3BF", "worse"), key("#F46A25", "worse by 2 or more")]
      : scale.map((step) => key(step.colour, `${step.from}–${step.to - 1}`));
  if (any && missing) entries.push(key("#FFFFFF", "– too few to show"));
  const schools = [el("span", { class: "key" }, svg("svg", { width: 10, height: 12, "aria-hidden": true }, svg("circle", { cx: 5, cy: 6, r: 3 })), "primary"),
    el("span", { class: "key" }, svg("svg", { width: 10, height: 12, "aria-hidden": true }, svg("rect", { x: 2, y: 3, width: 6, height: 6 })), "secondary")];
  byId("map-legend").replaceChildren(...entries, el("span", { class: "push" }, "simulated schools:"), ...schools);
}

const swatch = (colour) => svg("svg", { width: 16, height: 16, "aria-hidden": true }, svg("rect", { x: 1, y: 1, width: 14, height: 14, fill: colour, stroke: "#505A5F" }));

export function asTable({ town, results, state, difference }) {
  const year = state.year - town.first, indicator = town.indicators[state.indicator];
  const heads = ["Ward", "Plan A", ...(results.b ? ["Plan B"] : []), ...(difference && results.b ? ["A less B"] : []), "Schools (simulated)"];
  const rows = town.wards.map((ward, place) => [ward.name,
    figure(results.a.wards[state.indicator][year]?.[place], indicator),
    ...(results.b ? [figure(results.b.wards[state.indicator][year]?.[place], indicator)] : []),
    ...(difference && results.b ? [signed(difference.wards[state.indicator][year]?.[place])] : []),
    `${ward.primary} primary, ${ward.secondary} secondary`]);
  return [`${indicator.full}, ${state.year}, average of the runs`, table(`${indicator.full} by ward, ${state.year}`, heads, rows)];
}
