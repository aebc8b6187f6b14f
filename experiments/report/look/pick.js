// Shows, and prints, alternatives one at a time or all. Without it, all are there.
"use strict";
document.querySelectorAll("[data-pick]").forEach((group, number) => {
  const parts = [...group.querySelectorAll(":scope > [data-name]")];
  if (parts.length < 2) return;
  const pick = document.createElement("fieldset");
  pick.className = "pick";
  const legend = document.createElement("legend");
  legend.textContent = group.dataset.pick;
  pick.append(legend);
  const all = parts.length;
  const start = Number(group.dataset.start);
  const show = (at) => parts.forEach((part, other) => { part.hidden = at !== all && other !== at; });
  [...parts.map((part) => part.dataset.name), "All"].forEach((name, at) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "pick-" + number;
    input.checked = at === start;
    input.addEventListener("change", () => show(at));
    label.append(input, document.createTextNode(name));
    pick.append(label);
  });
  group.prepend(pick);
  show(start);
});
