import { findTemplate } from "../../store/templates.js";
import type { Tenant } from "../../store/tenant.js";
import { renderTemplate } from "./render-template.js";

/** What a request says of its words: itself, or by a template. */
interface TemplatedRequest {
  readonly templateId?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}

/** A template that is not there, or another tenant's. */
export class TemplateGoneError extends Error {
  override readonly name = "TemplateGoneError";
}

/** Values that a template asks for and was not given: nothing is sent with gaps. */
export class MissingVariablesError extends Error {
  override readonly name = "MissingVariablesError";
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(`The template asks for ${missing.join(", ")}`);
    this.missing = missing;
  }
}

/**
 * The request with the words of its template, filled; itself when it names none. A subject of its own stays. Throws
 * {@link TemplateGoneError}, {@link MissingVariablesError}, and the `TemplateError` of `renderTemplate`.
 */
export async function fillRequest<Request extends TemplatedRequest>(
  tenant: Tenant,
  request: Request,
): Promise<Request> {
  if (request.templateId === undefined) return request;
  const template = await findTemplate(tenant, request.templateId);
  if (template === undefined) throw new TemplateGoneError("There is no such template");
  const { subject, text, html, missing } = renderTemplate(template, request.variables ?? {});
  if (missing.length > 0) throw new MissingVariablesError(missing);
  return {
    ...request,
    subject: request.subject === "" ? subject : request.subject,
    text: text ?? undefined,
    html: html ?? undefined,
  };
}
