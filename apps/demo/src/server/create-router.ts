import { OpenAPIHono } from "@hono/zod-openapi";
import { Problem } from "./problem.js";
import type { ApiEnv } from "./services.js";

/** A router whose routes check what comes in, and answer 422 with each place that is wrong. */
export function createRouter() {
  return new OpenAPIHono<ApiEnv>({
    defaultHook(result, _c) {
      if (result.success) return;
      const errors = result.error.issues.map(({ path, code, message }) => ({
        pointer: `/${path.map(String).join("/")}`,
        code: code ?? "invalid",
        detail: message,
      }));
      throw new Problem(422, "invalid-request", "The request is not as it should be", {
        detail: `In the ${result.target}`,
        errors,
      });
    },
  });
}
