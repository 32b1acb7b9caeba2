import { createRoute, z } from "@hono/zod-openapi";
import { fetchImage } from "../../mail/fetch-image.js";
import { createRouter } from "../create-router.js";
import { addressOf, limitRate } from "../middleware/limit-rate.js";
import { notFound, Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { isSigned } from "../signed-url.js";

const IMAGES = { name: "images", points: 600, seconds: 60 };

const route = createRoute({
  method: "get",
  path: "/proxy",
  middleware: limitRate(IMAGES, addressOf),
  request: { query: z.object({ u: z.string().max(8_000), sig: z.string().max(100) }) },
  responses: { 200: { description: "The image" }, ...problemResponse },
});

/**
 * Images from elsewhere that a reader asked for, fetched in their place. Who asks is not known: a frame in a sandbox
 * sends no cookies. The signature, which only a mail that was opened has, stands for the session.
 */
export function proxyRoutes({ proxyKey, allowImageAddress }: Services) {
  return createRouter().openapi(route, async (c) => {
    const { u, sig } = c.req.valid("query");
    if (!isSigned(u, sig, proxyKey))
      throw new Problem(403, "signature", "No mail of yours names this address");
    const image = await fetchImage(u, allowImageAddress);
    if (image === undefined) throw notFound("image");
    return new Response(new Uint8Array(image.bytes), {
      headers: {
        "content-type": image.type,
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=86400",
      },
    });
  });
}
