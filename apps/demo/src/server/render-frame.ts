import { sanitizeHtml } from "@mailwright/parser/sanitize";
import type { MessageBody } from "../store/messages/bodies.js";
import { signUrl } from "./signed-url.js";

/** How mail is shown. */
export interface FrameOptions {
  /** What `cid:` links of the HTML point at, as `data:` URLs. */
  readonly images: ReadonlyMap<string, string>;
  /** Whether the reader asked for images from elsewhere; then they come through `/proxy`. */
  readonly isRemoteAllowed: boolean;
  readonly proxyKey: Buffer;
}

/**
 * Headers of a mail's document. The sandbox takes scripts, forms and the page's origin from it, and the rest of the
 * policy every request: the frame's own attributes are not relied on.
 */
export function frameHeaders(isRemoteAllowed: boolean): Record<string, string> {
  const images = isRemoteAllowed ? "img-src data: 'self'" : "img-src data:";
  const policy = [
    "sandbox allow-popups allow-popups-to-escape-sandbox",
    "default-src 'none'",
    images,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
  };
}

/** A mail as an HTML document: its cleaned HTML, or its text as it is. */
export function renderFrame(
  { html, text }: Pick<MessageBody, "html" | "text">,
  options: FrameOptions,
): string {
  const content =
    html === null ? `<pre>${escapeHtml(text ?? "")}</pre>` : throughProxy(clean(html, options), options);
  return [
    '<!doctype html><html><head><meta charset="utf-8"><base target="_blank">',
    "<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;overflow-wrap:anywhere}",
    "pre{white-space:pre-wrap;font:inherit}img{max-width:100%;height:auto}</style></head><body>",
    content,
    "</body></html>",
  ].join("");
}

/** Whether there may be something to ask the reader about; of what is never shown it may be wrong. */
export function namesRemoteImages(html: string): boolean {
  return /<img\b[^>]*?\bsrc\s*=\s*["']?\s*https?:/i.test(html);
}

function clean(html: string, { images, isRemoteAllowed }: FrameOptions): string {
  return sanitizeHtml(html, {
    allowRemoteContent: isRemoteAllowed,
    resolveContentId: (contentId) => images.get(contentId),
  });
}

/** Images are fetched by this program and not by the reader's browser: the sender learns no address. */
function throughProxy(html: string, { isRemoteAllowed, proxyKey }: FrameOptions): string {
  if (!isRemoteAllowed) return html;
  // The sanitizer writes attributes one way only, quoted and escaped.
  return html.replaceAll(/(<img\b[^>]*?\bsrc=")(https?:[^"]*)"/gi, (_all, before: string, url: string) => {
    const signed = signUrl(url.replaceAll("&amp;", "&"), proxyKey);
    return `${before}/proxy?${escapeHtml(signed)}"`;
  });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
