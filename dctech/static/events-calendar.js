// <events-calendar src="https://site.example/embed/?region=VA" theme="dark"><a href="…">Events</a></events-calendar>
// shows the list in a frame as tall as the list. Its content is what people see without this script.
"use strict";

(() => {
  if (customElements.get("events-calendar")) return; // pasted twice

  const style = new CSSStyleSheet(); // a page's policy may forbid style elements and attributes, not this
  style.replaceSync(`
    :host { display: block; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; height: 32rem; border: 0; border-radius: .5rem; }
  `);

  class EventsCalendar extends HTMLElement {
    static observedAttributes = ["src", "theme"];

    #frame = null;

    // By `source` alone: the sandbox makes the frame's origin opaque, and `origin` then is "null" like any other's.
    #fit = ({ source, data }) => {
      if (!this.#frame || source !== this.#frame.contentWindow) return;
      if (data?.type !== "events-calendar" || !(data.height > 0 && data.height < 100_000)) return;
      this.#frame.style.height = `${data.height}px`;
    };

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
    }

    connectedCallback() {
      window.addEventListener("message", this.#fit);
      this.#show();
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#fit);
      this.#frame = null;
      this.shadowRoot.replaceChildren();
    }

    attributeChangedCallback() {
      if (this.shadowRoot.hasChildNodes()) this.#show();
    }

    // Always in a new frame: another address in the same one would be a step for the back button.
    #show() {
      const address = this.#address();
      const height = this.#frame?.style.height ?? "";
      this.#frame = address && this.#framed(address, height);
      this.shadowRoot.replaceChildren(this.#frame ?? document.createElement("slot"));
    }

    #address() {
      const src = this.getAttribute("src") ?? "";
      if (!URL.canParse(src, document.baseURI)) return null;
      const address = new URL(src, document.baseURI);
      if (!/^https?:$/.test(address.protocol)) return null;
      if (this.hasAttribute("theme")) address.searchParams.set("theme", this.getAttribute("theme"));
      return address;
    }

    #framed(address, height) {
      const frame = document.createElement("iframe");
      frame.title = this.textContent.trim() || address.hostname;
      frame.loading = "lazy";
      frame.referrerPolicy = "no-referrer";
      frame.sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
      frame.style.height = height;
      frame.src = address;
      return frame;
    }
  }

  customElements.define("events-calendar", EventsCalendar);
})();
