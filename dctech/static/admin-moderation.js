// The queue by keyboard, the preview as one types, and bulk acts without pressing Continue.
"use strict";

const KEYS = {
  list: { j: "next row", k: "previous row", Enter: "open the row", x: "choose the row", "?": "this help" },
  review: { a: "approve", r: "reject: to the reason", e: "edit: to the first field", "?": "this help" },
};

function typing(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const place = event.target.closest("input, textarea, select, [contenteditable]");
  return place !== null || (event.key === "Enter" && event.target.closest("button, a") !== null);
}

function help(keys) {
  let dialog = document.querySelector(".keys-help");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "keys-help";
    const list = document.createElement("dl");
    for (const [key, does] of Object.entries(keys)) {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      said.textContent = does;
      list.append(term, said);
    }
    const close = Object.assign(document.createElement("button"), { textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.setAttribute("aria-label", "Keys");
    dialog.append(list, close);
    document.body.append(dialog);
  }
  dialog.showModal();
}

function onKeys(keys, acts) {
  document.addEventListener("keydown", (event) => {
    if (typing(event) || document.querySelector("dialog[open]")) return;
    const act = event.key === "?" ? () => help(keys) : acts[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

function queue(table) {
  const rows = [...table.tBodies[0].rows];
  let at = -1;
  const go = (step) => {
    rows[at]?.classList.remove("at-hand");
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].classList.add("at-hand");
    rows[at].querySelector("th a")?.focus();
  };
  const open = () => rows[at]?.querySelector("th a")?.click();
  const choose = () => rows[at]?.querySelector("input.action-select")?.click();
  const [down, up] = [() => go(1), () => go(-1)];
  onKeys(KEYS.list, { j: down, k: up, ArrowDown: down, ArrowUp: up, Enter: open, x: choose });
}

function review(form) {
  const press = (name) => form.querySelector(`button[name=${name}]`)?.click();
  onKeys(KEYS.review, {
    a: () => press("_approve"),
    r: () => form.querySelector("#id_reason")?.focus(),
    e: () => form.querySelector(".form-row input:not([type=hidden]), .form-row textarea")?.focus(),
  });
  // Enter in the reason rejects, and nothing that a form's first button would do.
  form.querySelector("#id_reason")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      press("_reject");
    }
  });
}

function preview(frame, form) {
  let asked = 0;
  let timer;
  const show = async () => {
    const mine = ++asked;
    const answer = await fetch(frame.dataset.preview, { method: "POST", body: new FormData(form) });
    const page = await answer.text();
    if (answer.ok && mine === asked) frame.srcdoc = page;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 400);
  });
  if (!frame.src || form.querySelector(".errornote")) show();
}

async function runBatch(form) {
  const button = form.querySelector("input[type=submit]");
  const stopped = document.getElementById("batch-stopped");
  const bar = document.getElementById("batch-progress");
  button.hidden = true;
  try {
    for (;;) {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const { done, total, finished } = await answer.json();
      bar.value = done;
      document.getElementById("batch-done").textContent = `${done} of ${total}`;
      if (finished) return window.location.reload();
    }
  } catch {
    button.hidden = stopped.hidden = false;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const table = document.getElementById("result_list");
  const form = document.querySelector(".review-form form");
  const frame = document.querySelector("iframe[data-preview]");
  const batch = document.getElementById("batch-run");
  if (table) queue(table);
  if (form?.querySelector(".decide")) review(form);
  if (frame && form) preview(frame, form);
  if (batch) runBatch(batch);
});
