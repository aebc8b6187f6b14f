// One child's two lives, year by year, with the reasons where they part. Nobody is real.

import { byId, el, options } from "./dom.js";
import { post } from "./api.js";

const SPREAD = "Attainment is told in SD, the usual distance between England's children: 0.1 SD takes a child in the middle past 4 in 100 others.";
let shown = "";
let children = [];

const key = (state) => JSON.stringify([state.a, state.b]);

export function draw({ state, results }) {
  const able = results.a && results.b;
  byId("find").disabled = !able;
  if (!able) {
    forget("Choose a plan to compare with, on the left; then follow one child under both.");
  } else if (shown !== key(state)) {
    forget("Children are told apart by what they are like and what happened to them. All are synthetic, as are their schools.");
  }
}

function forget(words) {
  shown = "";
  children = [];
  options(byId("child"), [["", "No child yet"]], "");
  byId("child").disabled = true;
  byId("lives-note").textContent = words;
  byId("story").replaceChildren();
}

export async function find(state, busy) {
  const asked = key(state), plans = [state.a, state.b];
  byId("lives-note").textContent = "Both lives of every child are being compared.";
  await busy(async () => {
    const found = await post("/api/children", { plans });
    if (asked !== key(state)) return;
    shown = asked;
    children = found;
    options(byId("child"), [["", found.length ? "Choose a child" : "No child lives another life"], ...found.map((each) => [String(each.child), each.words.replaceAll("|", "or")])], "");
    byId("child").disabled = !found.length;
    byId("lives-note").textContent = `${found.length} synthetic children, nobody real. Where two figures stand, plan A comes first.`;
    byId("child").focus();
  });
}

export async function tell(state, child, busy) {
  if (!children.some((each) => String(each.child) === child)) return;
  const asked = key(state);
  byId("lives-note").textContent = "This child's life is being lived twice.";
  await busy(async () => {
    const story = await post("/api/story", { plans: [state.a, state.b], child: Number(child) });
    if (asked !== key(state)) return;
    byId("lives-note").textContent = `${story.who}. ${story.summary} The story ends: ${story.ends}. ${SPREAD}`;
    byId("story").replaceChildren(told(story));
    byId("story").focus();
  });
}

function told(story) {
  const rows = [];
  let alike = [];
  const close = () => {
    if (alike.length) rows.push(span(alike));
    alike = [];
  };
  for (const year of story.years) {
    if (!year.apart.length && !year.help.flat().length) alike.push(year);
    else {
      close();
      rows.push(parted(year));
    }
  }
  close();
  return el("table", { class: "lives" }, el("caption", { class: "hidden" }, "Two lives of one child"),
    el("thead", {}, el("tr", {}, ["When", "", "Plan A", "Plan B"].map((head) => el("th", { scope: "col" }, head || el("span", { class: "hidden" }, "What"))))),
    rows);
}

function span(years) {
  const [first, last] = [years[0], years.at(-1)];
  const when = first === last ? `${first.year}` : `${first.year}–${last.year}`;
  const facts = new Map(years.flatMap((year) => year.both));
  return el("tbody", {}, el("tr", {}, el("th", { scope: "row" }, when, el("small", {}, first === last ? first.stage : `${first.stage} to ${last.stage}`)),
    el("td", { colspan: 3, class: "same" }, "The same in both. ", [...facts].slice(0, 5).map(([name, words]) => (words === "yes" ? name : `${name}: ${words}`)).join("; "))));
}

function parted(year) {
  const rows = year.apart.map(([name, a, b]) => [name, a, b]);
  const [helpA, helpB] = year.help;
  const both = helpA.filter((each) => helpB.includes(each));
  const onlyA = helpA.filter((each) => !both.includes(each)), onlyB = helpB.filter((each) => !both.includes(each));
  if (onlyA.length || onlyB.length) rows.push(["help", onlyA.join("; ") || "none", onlyB.join("; ") || "none"]);
  if (!rows.length) rows.push(["help", both.join("; "), both.join("; ")]);
  const count = rows.length + (year.why.length ? 1 : 0);
  return el("tbody", {}, rows.map(([name, a, b], place) => el("tr", {},
    place === 0 ? el("th", { scope: "rowgroup", rowspan: count }, String(year.year), el("small", {}, year.stage)) : null,
    el("td", { class: "name" }, name), el("td", { class: "a" }, a), el("td", { class: "b" }, b))),
  year.why.length ? el("tr", {}, el("td", { colspan: 3, class: "why" }, `Why: ${year.why.join("; ")}`)) : null);
}
