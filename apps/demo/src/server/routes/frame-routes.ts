import { createRoute, z } from "@hono/zod-openapi";
import { readUploadedImages } from "../../mail/outbox/read-uploaded-images.js";
import { readInlineImages } from "../../mail/read-inline-images.js";
import { findBody } from "../../store/messages/bodies.js";
import { findDraft } from "../../store/outbox/drafts.js";
import { findTemplate } from "../../store/templates.js";
import { createRouter } from "../create-router.js";
import { findMessage } from "../find-message.js";
import { requireScope } from "../middleware/authenticate.js";
import { notFound } from "../problem.js";
import { frameHeaders, renderFrame } from "../render-frame.js";
import { messageIdSchema } from "../schemas/message-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { renderForAnswer } from "../template-problem.js";

const route = createRoute({
  method: "get",
  path: "/frames/messages/{id}",
  middleware: requireScope("read"),
  request: {
    params: z.object({ id: messageIdSchema }),
    query: z.object({ remote: z.enum(["0", "1"]).default("0") }),
  },
  responses: {
    200: { description: "The mail's HTML, cleaned, as a document without scripts and without requests" },
    ...problemResponse,
  },
});

const templateRoute = createRoute({
  method: "get",
  path: "/frames/templates/{id}",
  middleware: requireScope("read"),
  request: { params: z.object({ id: z.uuid() }), query: z.object({ version: z.string().optional() }) },
  responses: {
    200: { description: "A template, filled with its own values, as its mail would be shown" },
    ...problemResponse,
  },
});

const draftRoute = createRoute({
  method: "get",
  path: "/frames/drafts/{id}",
  middleware: requireScope("send"),
  request: { params: z.object({ id: z.uuid() }), query: z.object({ version: z.string().optional() }) },
  responses: {
    200: { description: "The HTML of a draft, as its mail would be shown" },
    ...problemResponse,
  },
});

/** Mail as a document of its own, for a frame that can do nothing. */
export function frameRoutes({ clients, proxyKey }: Services) {
  const router = createRouter().openapi(route, async (c) => {
    const message = await findMessage(c, c.req.valid("param").id);
    const body = await findBody(c.var.tenant, message.id);
    if (body === undefined) throw notFound("message");
    const isRemoteAllowed = c.req.valid("query").remote === "1";
    const images =
      body.html === null
        ? new Map<string, string>()
        : await readInlineImages(clients, c.var.tenant, message, body);
    const document = renderFrame(body, { images, isRemoteAllowed, proxyKey });
    return new Response(document, { headers: frameHeaders(isRemoteAllowed) });
  });
  const nothing = { images: new Map<string, string>(), isRemoteAllowed: false, proxyKey };
  router.openapi(draftRoute, async (c) => {
    const draft = await findDraft(c.var.tenant, c.req.valid("param").id);
    if (draft === undefined) throw notFound("draft");
    const { text, html = null, attachments } = draft.content;
    const images = html === null ? nothing.images : await readUploadedImages(c.var.tenant, attachments);
    return new Response(renderFrame({ text, html }, { ...nothing, images }), {
      headers: frameHeaders(false),
    });
  });
  return router.openapi(templateRoute, async (c) => {
    const template = await findTemplate(c.var.tenant, c.req.valid("param").id);
    if (template === undefined) throw notFound("template");
    const rendered = renderForAnswer(template, template.variables);
    return new Response(renderFrame(rendered, nothing), { headers: frameHeaders(false) });
  });
}
