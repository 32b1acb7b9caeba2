import { createRoute, z } from "@hono/zod-openapi";
import { checkTemplate } from "../../mail/templates/render-template.js";
import {
  createTemplate,
  deleteTemplate,
  findTemplate,
  listTemplates,
  type Template,
  updateTemplate,
} from "../../store/templates.js";
import type { Tenant } from "../../store/tenant.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound, Problem } from "../problem.js";
import { ifMatchSchema } from "../schemas/draft-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import {
  renderedTemplateSchema,
  templateSchema,
  templateValuesSchema,
  variablesSchema,
} from "../schemas/template-schema.js";
import { renderForAnswer, toTemplateProblem } from "../template-problem.js";
import { toJson } from "../to-json.js";

const read = requireScope("read");
const write = requireScope("write");
const params = z.object({ id: z.uuid() });
const headers = z.object({ "if-match": ifMatchSchema });
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });
const one = { description: "The template; its version is in `ETag` too", content: json(templateSchema) };
const body = { required: true, content: json(templateValuesSchema) };

const routes = {
  list: createRoute({
    method: "get",
    path: "/templates",
    middleware: read,
    responses: {
      200: { description: "All templates", content: json(z.object({ items: z.array(templateSchema) })) },
      ...problemResponse,
    },
  }),
  create: createRoute({
    method: "post",
    path: "/templates",
    middleware: write,
    request: { body },
    responses: { 201: one, ...problemResponse },
  }),
  read: createRoute({
    method: "get",
    path: "/templates/{id}",
    middleware: read,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  save: createRoute({
    method: "put",
    path: "/templates/{id}",
    middleware: write,
    request: { params, headers, body },
    responses: { 200: one, ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/templates/{id}",
    middleware: write,
    request: { params, headers },
    responses: { 204: { description: "Removed" }, ...problemResponse },
  }),
  render: createRoute({
    method: "post",
    path: "/templates/{id}/render",
    middleware: read,
    request: {
      params,
      body: { required: true, content: json(z.object({ variables: variablesSchema.optional() }).strict()) },
    },
    responses: {
      200: {
        description: "The template with these values, or with its own, and what is missing",
        content: json(renderedTemplateSchema),
      },
      ...problemResponse,
    },
  }),
};

/** Messages with gaps, and how they look when they are filled. */
export function templateRoutes() {
  return createRouter()
    .openapi(routes.list, async (c) => c.json({ items: (await listTemplates(c.var.tenant)).map(show) }, 200))
    .openapi(routes.create, async (c) => {
      const values = c.req.valid("json");
      check(values);
      const template = await createTemplate(c.var.tenant, values);
      if (template === undefined) throw nameTaken();
      c.header("ETag", `"${template.version}"`);
      return c.json(show(template), 201);
    })
    .openapi(routes.read, async (c) => {
      const template = await find(c.var.tenant, c.req.valid("param").id);
      c.header("ETag", `"${template.version}"`);
      return c.json(show(template), 200);
    })
    .openapi(routes.save, async (c) => {
      const values = c.req.valid("json");
      check(values);
      const known = c.req.valid("header")["if-match"];
      const outcome = await updateTemplate(c.var.tenant, c.req.valid("param").id, values, known);
      if (outcome.type === "gone") throw notFound("template");
      if (outcome.type === "name-taken") throw nameTaken();
      if (outcome.type === "other-version") throw otherVersion();
      c.header("ETag", `"${outcome.template.version}"`);
      return c.json(show(outcome.template), 200);
    })
    .openapi(routes.remove, async (c) => {
      const known = c.req.valid("header")["if-match"];
      const outcome = await deleteTemplate(c.var.tenant, c.req.valid("param").id, known);
      if (outcome === "gone") throw notFound("template");
      if (outcome === "other-version") throw otherVersion();
      return c.body(null, 204);
    })
    .openapi(routes.render, async (c) => {
      const template = await find(c.var.tenant, c.req.valid("param").id);
      const { variables = template.variables } = c.req.valid("json");
      const { missing, ...parts } = renderForAnswer(template, variables);
      return c.json({ ...parts, missing: [...missing] }, 200);
    });
}

async function find(tenant: Tenant, id: string): Promise<Template> {
  const template = await findTemplate(tenant, id);
  if (template === undefined) throw notFound("template");
  return template;
}

function check(values: Parameters<typeof checkTemplate>[0]): void {
  try {
    checkTemplate(values);
  } catch (error) {
    toTemplateProblem(error);
  }
}

/** The variables are JSON already: they came as that. */
function show({ variables, ...template }: Template) {
  return { ...toJson(template), variables: variablesSchema.parse(variables) };
}

function nameTaken(): Problem {
  const errors = [{ pointer: "/name", code: "taken", detail: "There is a template of this name" }];
  return new Problem(409, "name-taken", "There is a template of this name", { errors });
}

function otherVersion(): Problem {
  return new Problem(412, "other-version", "The template was changed meanwhile", {
    detail: "Read it again, and change what it is now",
  });
}
