import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { ApiEnv } from "../services.js";

const POLICY = "content-security-policy";

/** Headers of everything but mail itself, which has stricter ones of its own. */
export function pageHeaders(): MiddlewareHandler<ApiEnv> {
  const none = ["'none'"];
  const self = ["'self'"];
  const usual = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: none,
      scriptSrc: self,
      styleSrc: self,
      imgSrc: ["'self'", "data:"],
      connectSrc: self,
      frameSrc: self,
      baseUri: none,
      formAction: self,
      frameAncestors: none,
    },
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  });
  return createMiddleware<ApiEnv>(async (c, next) => {
    await next();
    const own = c.res.headers.get(POLICY);
    await usual(c, async () => {});
    // What came in a mail has a stricter policy of its own, which the usual one must not replace.
    if (own !== null) c.header(POLICY, own);
  });
}
