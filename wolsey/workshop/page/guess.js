// Guess first: the result is hidden, the board's guesses are taken, then it is revealed.

import { byId, el, svg } from "./dom.js";

const MOST = 16;
let guesses = [];

export const hidden = () => document.body.classList.contains("guessing");

export function begin(result, open, close) {
  guesses = [];
  document.body.classList.add("guessing");
  const input = el("input", { type: "number", min: 0, max: 100, step: 1, id: "guess-number", inputmode: "numeric" });
  const list = el("p", { class: "guesses", role: "status" }, "No guess yet.");
  const add = (event) => {
    event.preventDefault();
    const value = Math.round(Number(input.value));
    if (input.value === "" || !Number.isFinite(value) || value < 0 || value > 100 || guesses.length >= MOST) return;
    guesses.push(value);
    list.textContent = `Guesses: ${guesses.join(", ")}`;
    input.value = "";
    input.focus();
  };
  const answer = el("div", { "aria-live": "polite" });
  const reveal = () => {
    document.body.classList.remove("guessing");
    const series = result().series.ks2_rwm.all, at = result().years.indexOf(2048);
    answer.replaceChildren(...shown(series.mean[at], series.low[at] ?? series.mean[at], series.high[at] ?? series.mean[at], result().runs));
    byId("guess-reveal").hidden = true;
  };
  open("Guess first", el("div", {},
    el("p", {}, "Of 100 children, how many will reach the expected standard in reading, writing and maths at 11 in 2048, under this plan?"),
    el("form", { class: "guess", onsubmit: add }, el("label", { for: "guess-number" }, "A guess, 0 to 100"), input, el("button", { type: "submit" }, "Add")),
    list, el("button", { type: "button", id: "guess-reveal", class: "primary", onclick: reveal }, "Reveal"), answer),
  () => { document.body.classList.remove("guessing"); close?.(); });
  input.focus();
}

function shown(mean, low, high, runs) {
  const x = (value) => 20 + value * 5.6, inside = guesses.filter((value) => value >= Math.round(low) && value <= Math.round(high)).length;
  const words = `The model's answer: about ${Math.round(mean)} in 100; in 9 of 10 of its ${runs} runs between ${Math.round(low)} and ${Math.round(high)}. `
    + (guesses.length ? `${inside || "None"} of ${guesses.length} guesses ${inside === 1 ? "lies" : "lie"} in that range.` : "");
  const stacked = guesses.map((value, place) => guesses.slice(0, place).filter((other) => Math.abs(other - value) < 2).length);
  return [el("p", { class: "answer" }, words), svg("svg", { viewBox: "0 0 600 110", role: "img", "aria-label": words },
    svg("line", { x1: x(0), x2: x(100), y1: 80, y2: 80, stroke: "#505A5F" }),
    [0, 20, 40, 60, 80, 100].map((value) => svg("text", { x: x(value), y: 100, "text-anchor": "middle", class: "small" }, String(value))),
    svg("rect", { x: x(low), y: 66, width: x(high) - x(low), height: 14, fill: "#12436D", "fill-opacity": 0.3 }),
    svg("rect", { x: x(mean) - 2.5, y: 60, width: 5, height: 24, fill: "#12436D" }),
    guesses.map((value, place) => svg("circle", { cx: x(value), cy: 50 - 13 * stacked[place], r: 6, fill: "#FFFFFF", stroke: "#A33C00", "stroke-width": 2.5 })))];
}
