// The levers: native sliders with their words, evidence in padlocks, and what they cost.

import { byId, el, options, svg } from "./dom.js";
import { leverWords, pounds } from "./words.js";

const LOCK = "M3 7V5a4 4 0 0 1 8 0v2h1v7H2V7zm2 0h4V5a2 2 0 0 0-4 0z";
const rows = new Map();

function padlocks(lever) {
  if (lever.money) return el("span", {});
  if (lever.claim || !lever.padlocks) return el("span", { class: "evidence" }, "a claim");
  const [least, most] = lever.padlocks;
  const locks = Array.from({ length: 5 }, (_, place) => svg("path", { d: LOCK, transform: `translate(${place * 15},0)`,
    fill: place < least ? "#12436D" : place < most ? "#6BACE6" : "#FFFFFF", stroke: "#505A5F", "stroke-width": 0.8 }));
  return el("span", { class: "evidence" }, svg("svg", { width: 76, height: 16, viewBox: "0 0 76 16", "aria-hidden": true }, locks),
    el("span", { class: "hidden" }, `Evidence: ${lever.evidence}`));
}

export function build(town, changed) {
  for (const lever of town.levers) {
    const id = `lever-${lever.name}`;
    const input = el("input", { type: "range", id, min: lever.low, max: lever.high, step: lever.step, "aria-describedby": `${id}-words` });
    const words = el("span", { class: "stands", id: `${id}-words` }), cost = el("span", { class: "cost" });
    const row = el("div", { class: "lever" }, el("label", { for: id }, lever.verb), padlocks(lever), input, cost, words);
    input.addEventListener("input", () => changed(lever.name, Number(input.value)));
    rows.set(lever.name, { lever, input, words, cost });
    byId(lever.more ? "more-levers" : "levers").append(row);
  }
}

export function draw({ town, results, state, stale }) {
  const base = town.scenarios.find((scenario) => scenario.name === state.a.base);
  for (const { lever, input, words, cost } of rows.values()) {
    const value = state.a.levers[lever.name];
    if (Number(input.value) !== value) input.value = value;
    const said = leverWords(lever, value);
    words.textContent = said;
    input.setAttribute("aria-valuetext", said);
    words.classList.toggle("moved", value !== base.levers[lever.name]);
    const spent = results.a?.costs.levers[lever.name];
    cost.textContent = lever.money || lever.claim ? "" : results.a ? pounds(spent) : "";
  }
  byId("scenario").value = state.a.base;
  const costs = results.a?.costs;
  if (!costs) return;
  const short = costs.budget !== null && costs.alliance > 0.97 * costs.budget && costs.budget > 0;
  const there = costs.budget === null ? "no limit given" : `of ${pounds(costs.budget)} there ${costs.budget === 0 ? "are" : "is"}`;
  byId("money").replaceChildren(stale ? "The plan before: " : "", el("strong", {}, `${pounds(costs.alliance)}${costs.alliance ? " a year" : ""}`), ` from ${town.leversFrom} on, ${there}.`,
    short ? el("span", { class: "short" }, " The money is used up: what comes last gets less.") : "");
}

export function choosers(town, state, kept) {
  options(byId("scenario"), town.scenarios.map((scenario) => [scenario.name, scenario.title]), state.a.base);
  const entries = [["", "nothing"], ...(kept ? [["kept", "plan B, as kept"]] : []), ...town.scenarios.map((scenario) => [scenario.name, scenario.title])];
  options(byId("versus"), entries, versus(town, state, kept));
}

function versus(town, state, kept) {
  if (!state.b) return "";
  const usual = town.scenarios.find((scenario) => scenario.name === state.b.base);
  const asItIs = Object.keys(state.b.levers).every((name) => state.b.levers[name] === usual.levers[name]);
  return asItIs && !kept ? state.b.base : "kept";
}
