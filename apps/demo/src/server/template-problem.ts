import { MissingVariablesError, TemplateGoneError } from "../mail/templates/fill-request.js";
import { renderTemplate, TemplateError } from "../mail/templates/render-template.js";
import { notFound, Problem } from "./problem.js";

/** What is wrong with a template, for who wrote it or sends by it; thrown on when it is no error of a template. */
export function toTemplateProblem(error: unknown): never {
  if (error instanceof TemplateGoneError) throw notFound("template");
  if (error instanceof MissingVariablesError) {
    const errors = error.missing.map((path) => ({
      pointer: `/variables/${path.replaceAll(".", "/")}`,
      code: "missing",
      detail: "The template asks for it",
    }));
    throw new Problem(422, "missing-variables", "Variables of the template are missing", { errors });
  }
  if (!(error instanceof TemplateError)) throw error;
  const errors = [{ pointer: `/${error.part}`, code: "template", detail: error.message }];
  throw new Problem(422, "invalid-template", "The template cannot be rendered", { errors });
}

/** Renders a template for who asked for it; what is wrong with it is a problem. */
export function renderForAnswer(
  ...given: Parameters<typeof renderTemplate>
): ReturnType<typeof renderTemplate> {
  try {
    return renderTemplate(...given);
  } catch (error) {
    return toTemplateProblem(error);
  }
}
