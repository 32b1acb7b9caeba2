import type { Content } from "./content.js";

/** A file that goes with the message. */
export interface OutgoingAttachment {
  readonly filename: string;
  /** Such as `application/pdf`. */
  readonly contentType: string;
  readonly content: Content;
  /** How a string content is encoded: `"base64"` is checked and decoded. @defaultValue "utf8" */
  readonly encoding?: "utf8" | "base64" | undefined;
  /** Makes it an inline part that HTML shows by `<img src="cid:…">`; without angle brackets. */
  readonly cid?: string | undefined;
  /** @defaultValue "inline" for images with a `cid`, else "attachment" */
  readonly disposition?: "attachment" | "inline" | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Another form of the body, such as `text/calendar` or AMP. */
export interface OutgoingAlternative {
  readonly contentType: string;
  readonly content: Content;
  readonly encoding?: "utf8" | "base64" | undefined;
}
