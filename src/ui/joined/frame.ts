import { html, type TemplateResult } from 'lit';

/** What a cell on its own sees beside itself on the map: the way to bring others. */
export function invitation(url: string): TemplateResult {
  return html`<div slot="alone" class="alone">
    <qr-code .text=${url}></qr-code>
    <div>
      <strong>You are the first cell</strong>
      <p class="soft small">Open this link in another tab or on another device, and it joins here.</p>
      <input class="code" type="text" readonly aria-label="Join link" .value=${url} />
      <copy-button class="main" .text=${url}></copy-button>
    </div>
  </div>`;
}

/** One room of the page under its heading, with a short fact at the right. */
export function section(title: string, aside: string, content: TemplateResult): TemplateResult {
  return html`<section aria-label=${title}>
    <div class="heading">
      <h2>${title}</h2>
      <span class="aside figures">${aside}</span>
    </div>
    ${content}
  </section>`;
}
