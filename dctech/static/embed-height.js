// Tells the page around the embedded list how tall the list is; any site may embed it, and a height is no secret.
"use strict";

if (window.parent !== window) {
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    window.parent.postMessage({ type: "events-calendar", height }, "*");
  }).observe(document.body);
}
