// The goals as bullet bars: aims as ticks, the average as a mark, a bar where 9 runs in 10 lie, words with counts.

import { byId, el, svg, table } from "./dom.js";

const A = "#12436D", B = "#F46A25", INK = "#0B0C0C";
const WIDTH = 420, LEFT = 6, RIGHT = 6;

export function draw({ town, results, state }) {
  if (!results.a) return;
  const file = results.a.goals.find((each) => each.name === state.goals) ?? results.a.goals[0];
  const other = results.b?.goals.find((each) => each.name === file.name);
  const open = file.checkable - file.met, from = file.sections[0]?.measures[0]?.from;
  const counted = file.checkable ? `Of ${file.checkable} with a published start, ${file.met || "none"} already so in ${from}; of the other ${open}, ${file.likely || "none"} reached in more than half of ${file.runs} runs.`
    : "None can be checked against published figures.";
  const all = file.sections.flatMap((section) => section.measures.flatMap((measure) => measure.verdicts));
  const never = [...new Set(all.map((verdict) => verdict.rung))].filter((rung) => rung && all.every((verdict) => verdict.rung !== rung || !verdict.decided));
  const lacking = never.length ? ` Not decided, for nothing is published: ${never.join(", ")}.` : "";
  byId("goals-note").textContent = `${file.own ? "This project's own reading." : "Decided in 2021, before the levers act."} ${counted}${lacking} Bar: 9 runs in 10, its mark the average; circle: 2017; lines: aims.`;
  byId("goals").replaceChildren(el("div", { class: "columns" }, file.sections.map((section, place) => el("section", {},
    el("h3", {}, section.title), section.measures.map((measure, row) => one(measure, other?.sections[place].measures[row], never))))));
}

function one(measure, second, never) {
  const several = measure.parts.length > 1, part = measure.parts[0], assumed = measure.assumed && !measure.verdicts.every((verdict) => !verdict.decided);
  return el("div", { class: "goal" },
    el("p", { class: "what" }, el("strong", {}, measure.id), " ", measure.title, several ? null : el("span", { class: "now" }, ` ${part.said}`),
      assumed ? el("span", { class: "tag" }, "assumed start") : null, several ? null : worse(part, second?.parts[0], measure.from)),
    measure.parts.map((each, place) => bar(each, second?.parts[place], several, measure.from)),
    el("ul", { class: second ? "verdicts two" : "verdicts" }, alike(measure, second, never).map((group) => said(group, several, measure.from))));
}

// That a plan's average is worse than the start.
function worse(part, second, from) {
  const which = second ? [["plan A", part], ["plan B", second]].filter(([, each]) => each.worse).map(([name]) => name) : [];
  if (second ? !which.length : !part.worse) return null;
  return el("span", { class: "tag worse" }, `${which.length === 1 ? `${which[0]} ` : ""}worse than ${from}`);
}

// Aims of which the same is said stand together.
function alike(measure, second, never) {
  const groups = [];
  measure.verdicts.forEach((verdict, place) => {
    if (never.includes(verdict.rung)) return;
    const other = second?.verdicts[place].said, last = groups.at(-1);
    if (last && last.a === verdict.said && last.b === other && last.already === verdict.already) last.rungs.push(short(verdict.rung));
    else groups.push({ rungs: verdict.rung ? [short(verdict.rung)] : [], a: verdict.said, b: other, already: verdict.already });
  });
  return groups;
}

function said({ rungs, a, b, already }, several, from) {
  const what = rungs.length ? `${rungs.join(", ")}: ` : several ? "all together: " : "", before = already ? `, already so in ${from}` : "";
  if (b === a) return el("li", {}, `${what}both `, el("span", { class: "same" }, a), before);
  return el("li", {}, what, el("span", { class: "a" }, b ? `A ${a}` : a), b ? el("span", { class: "b" }, `, B ${b}`) : null, before);
}

const short = (rung) => rung.replace(/^as /, "").replace(/ of 2017$/, "");

function bar(part, second, labelled, from_) {
  const aims = part.aims.map((aim) => aim.aim).filter((aim) => aim !== null);
  const values = [part.low, part.high, part.mean, part.start, second?.low, second?.high, ...aims].filter((value) => value !== null && value !== undefined);
  if (part.mean === null || !values.length) return el("p", { class: "note" }, `${part.label}: no figure.`);
  const low = Math.min(...values, part.gap ? 0 : Infinity), high = Math.max(...values), pad = (high - low || 1) * 0.06;
  const from = part.gap ? Math.min(0, low) : low - pad, to = high + pad;
  const x = (value) => LEFT + ((value - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const height = second ? 40 : 26, marks = [svg("rect", { x: LEFT, y: 6, width: WIDTH - LEFT - RIGHT, height: height - 12, fill: "#F0F4F8" })];
  marks.push(...range(part, x, 7, 12, A, false));
  if (second && second.mean !== null) marks.push(...range(second, x, 23, 10, B, true));
  if (part.start !== null) marks.push(svg("circle", { cx: x(part.start), cy: 13, r: 5, fill: "#FFFFFF", stroke: INK, "stroke-width": 2 }));
  for (const aim of part.aims) {
    if (aim.aim !== null) marks.push(svg("line", { x1: x(aim.aim), x2: x(aim.aim), y1: 2, y2: height - 2, stroke: INK, "stroke-width": 3 }));
  }
  const words = `${labelled ? `${part.label}: ` : ""}average ${part.said}${part.span ? `, 9 in 10 runs ${part.span}` : ""}; ${part.aims.filter((aim) => aim.aim !== null).map((aim) => (aim.rung ? `${aim.rung}: ${aim.said}` : `aim ${aim.said}`)).join("; ")}`;
  return el("figure", { class: "bar" }, svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": words }, marks),
    labelled || part.aims.length === 1 ? el("figcaption", {}, labelled ? `${part.label}: ${part.said}, ` : "", `aim ${part.aims[0].said}`, labelled ? worse(part, second, from_) : null) : null);
}

function range(part, x, y, height, colour, dashed) {
  const wide = Math.max(2, x(part.high ?? part.mean) - x(part.low ?? part.mean));
  return [svg("rect", { x: x(part.low ?? part.mean), y, width: wide, height, fill: colour, "fill-opacity": 0.32, stroke: colour, "stroke-dasharray": dashed ? "4 3" : null }),
    svg("rect", { x: x(part.mean) - 2.5, y: y - 2, width: 5, height: height + 4, fill: colour })];
}

export function asTable({ results, state }) {
  const file = results.a.goals.find((each) => each.name === state.goals) ?? results.a.goals[0];
  const other = results.b?.goals.find((each) => each.name === file.name), rows = [];
  const all = (measure, words) => measure.parts.map((part) => `${measure.parts.length > 1 ? `${part.label}: ` : ""}${words(part)}`).join("; ");
  const average = (part, from) => `${part.said}${part.span ? ` (${part.span})` : ""}${part.worse ? `, worse than ${from}` : ""}`;
  const likely = (verdict, from) => `${verdict.said}${verdict.already ? `, already so in ${from}` : ""}`;
  file.sections.forEach((section, at) => section.measures.forEach((measure, row) => measure.verdicts.forEach((verdict, place) => {
    const second = other?.sections[at].measures[row];
    rows.push([`${measure.id} ${measure.title}`, `${verdict.rung ? `${verdict.rung}: ` : ""}${all(measure, (part) => part.aims[Math.min(place, part.aims.length - 1)].said)}`,
      all(measure, (part) => average(part, measure.from)), likely(verdict, measure.from),
      ...(second ? [all(second, (part) => average(part, measure.from)), likely(second.verdicts[place], measure.from)] : []), measure.start]);
  })));
  return [file.title, table(`${file.title}: average of the runs and where 9 in 10 lie`, ["Goal", "Aim", "Plan A", "How likely, plan A",
    ...(other ? ["Plan B", "How likely, plan B"] : []), "Start"], rows, 9)];
}
