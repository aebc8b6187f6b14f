// Paths of 100 children: from 5 to 11 to 16 to where they go after 18, in fixed columns.

import { byId, lengths, svg, table } from "./dom.js";

const ON = "#2073BC", NOT = "#F46A25", NOT_TEXT = "#A33C00", ON_TEXT = "#12436D";
const NODE = 14, GAP = 18, BESIDE = 6;
// Where the columns stand, as shares of the way from the first to the last.
const PLACES = [0.01, 0.37, 0.7, 1];

// The last year up to this one whose leavers' destinations are known.
export function known(found, year, first) {
  for (let place = Math.min(year - first, found.length - 1); place >= 0; place -= 1) if (found[place]) return [first + place, found[place]];
  return null;
}

const whole = (value) => (value === null ? "under 10 children" : String(Math.round(value)));

// How many are at each stage: [not yet, reached], null for too few to show; and after 18 by destination.
export function nodes(links, destinations) {
  const count = destinations.length, reached = links.slice(8 + 2 * count, 11 + 2 * count);
  const [five, eleven, sixteen] = reached.map((value) => [value === null ? null : 100 - value, value]);
  return { five, eleven, sixteen, after: links.slice(11 + 2 * count) };
}

function stack(heights, top, gap) {
  let at = top;
  return heights.map((height) => { const here = at; at += height + gap; return { y: here, height, out: here, into: here }; });
}

function ribbon(x0, x1, from, to, height, colour) {
  const middle = (x0 + x1) / 2, a = from.out, b = to.into;
  from.out += height;
  to.into += height;
  if (height < 0.3) return null;
  return svg("path", { d: `M${x0} ${a}C${middle} ${a} ${middle} ${b} ${x1} ${b}V${b + height}C${middle} ${b + height} ${middle} ${a + height} ${x0} ${a + height}Z`,
    fill: colour, "fill-opacity": 0.42 });
}

export function draw({ town, results, state, paper }) {
  const result = results[state.pathsPlan] ?? results.a, box = byId("paths-drawing");
  const width = paper || Math.round(box.clientWidth), height = paper ? 300 : Math.max(230, Math.round(box.clientHeight));
  if (!result || !width) return;
  const found = result.paths && known(result.paths[state.pathsGroup], state.year, town.first);
  if (!found) {
    box.replaceChildren();
    byId("paths-note").textContent = "No destinations are known for this year.";
    return;
  }
  const [year, links] = found, all = nodes(links, town.destinations);
  const top = 44, room = height - top - 6 - GAP * (town.destinations.length - 1), unit = room / 100;
  const scaled = (values) => values.map((value) => (value ?? 0) * unit);
  // Yes lies above no in every column.
  const columns = [stack(scaled([all.five[1], all.five[0]]), top, GAP), stack(scaled([all.eleven[1], all.eleven[0]]), top, GAP),
    stack(scaled([all.sixteen[1], all.sixteen[0]]), top, GAP), stack(scaled(all.after), top, GAP)];
  const { words: labels, wide, x } = laid(all, town, width);
  const marks = [];
  for (const [column, start] of [[0, 0], [1, 4]]) {
    for (const [from, to] of [[1, 1], [1, 0], [0, 1], [0, 0]]) {
      marks.push(ribbon(x[column] + NODE, x[column + 1], columns[column][1 - from], columns[column + 1][1 - to],
        (links[start + 2 * from + to] ?? 0) * unit, to ? ON : NOT));
    }
  }
  const count = town.destinations.length;
  for (const from of [1, 0]) {
    for (let to = 0; to < count; to += 1) {
      marks.push(ribbon(x[2] + NODE, x[3], columns[2][1 - from], columns[3][to], (links[8 + from * count + to] ?? 0) * unit, to === count - 1 ? NOT : ON));
    }
  }
  columns.forEach((column, place) => column.forEach((node, row) => {
    const missed = place < 3 ? row === 1 : row === count - 1;
    marks.push(svg("rect", { x: x[place], y: node.y, width: NODE, height: Math.max(1, node.height), fill: missed ? NOT : ON }));
    marks.push(svg("text", { x: x[place] + NODE + BESIDE, y: node.y + Math.max(node.height / 2, 4) + 5, class: place < 3 ? "node" : "node end",
      fill: missed ? NOT_TEXT : ON_TEXT }, labels[place][row]));
  }));
  const explained = lengths(town.stages.map((stage) => stage[1]), "small").every((long, place) => long + BESIDE <= (x[place + 1] ?? wide + BESIDE) - x[place]);
  town.stages.forEach(([when, what], place) => marks.push(
    svg("text", { x: x[place], y: 15, class: "stage" }, when),
    explained ? svg("text", { x: x[place], y: 33, class: "small" }, what) : null));
  const words = sentence(all, town, year, state);
  box.replaceChildren(svg("svg", { viewBox: `0 0 ${wide} ${height}`, width: wide, height, role: "img", "aria-label": words }, marks.filter(Boolean)));
  if (wide > width) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
  const late = year < state.year ? ` Leavers of ${state.year} are followed a year later; these are of ${year}.` : "";
  byId("paths-note").textContent = `Left at 18 in ${year}, were 5 in ${year - 13}. Blue: on track; orange: not yet. Paths of fewer than 10 children are left out.${late}`;
}

// The words at each node and where the columns stand. Words are shortened, then left out beside the nodes, until
// what is written in a column ends before the next; where even that does not fit, the drawing is wider than its place
// and scrolls.
function laid(all, town, width) {
  const heads = lengths(town.stages.map((stage) => stage[0]), "stage");
  let found;
  for (const form of FORMS) {
    const words = [...[all.five, all.eleven, all.sixteen].map((two) => [two[1], two[0]].map((value, row) => `${whole(value)}${form.beside[row]}`)),
      all.after.map((value, row) => `${value === null ? "few" : whole(value)} ${form.short(town.destinations[row])}`)];
    const needs = words.map((column, place) => Math.max(heads[place], NODE + BESIDE + Math.max(...lengths(column, "node"))) + BESIDE);
    const end = width - needs[3], step = Math.max(...[0, 1, 2].map((place) => needs[place] / (PLACES[place + 1] - PLACES[place])));
    found = { words, wide: Math.ceil(Math.max(width, step + needs[3])), x: PLACES.map((place) => Math.round(place * Math.max(end, step))) };
    if (step <= end) break;
  }
  return found;
}

const SAID = { "higher education, top third": ["university, top third", "uni, top third"], "higher education, other": ["university, other", "uni, other"],
  "work or other learning": ["work or other learning", "work, training"], "not in education, employment or training": ["not learning or working", "neither"] };
const FORMS = [{ beside: [" reach it", " not yet"], short: (words) => SAID[words]?.[0] ?? words }, { beside: [" yes", " no"], short: (words) => SAID[words]?.[1] ?? words },
  { beside: ["", ""], short: (words) => SAID[words]?.[1] ?? words }];

function sentence(all, town, year, state) {
  const after = town.destinations.map((words, place) => `${whole(all.after[place])} ${words}`).join(", ");
  return `Of 100 ${town.groups[state.pathsGroup].toLowerCase()} who left at 18 in ${year}: ${whole(all.five[1])} reached a good level at 5, `
    + `${whole(all.eleven[1])} the standard at 11, ${whole(all.sixteen[1])} grade 4 in English and maths at 16. After 18: ${after}.`;
}

export function asTable({ town, results, state }) {
  const heads = ["Of 100 children", "Plan A", ...(results.b ? ["Plan B"] : [])], plans = [results.a, results.b].filter(Boolean);
  const all = plans.map((result) => {
    const found = result.paths && known(result.paths[state.pathsGroup], state.year, town.first);
    return found ? nodes(found[1], town.destinations) : null;
  });
  const row = (words, pick) => [words, ...all.map((each) => (each ? whole(pick(each)) : "no figure"))];
  const rows = [row("Good level of development at 5", (each) => each.five[1]), row("Reading, writing and maths at 11", (each) => each.eleven[1]),
    row("Grade 4 in English and maths at 16", (each) => each.sixteen[1]),
    ...town.destinations.map((words, place) => row(`After 18: ${words}`, (each) => each.after[place]))];
  const title = `Paths of 100 children: ${town.groups[state.pathsGroup].toLowerCase()}`;
  return [title, table(`${title}, leavers of ${state.year} or the last year known`, heads, rows)];
}
