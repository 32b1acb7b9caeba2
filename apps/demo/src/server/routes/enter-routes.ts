import { timingSafeEqual } from "node:crypto";
import { createSession, hashToken } from "../../store/sessions.js";
import { findUser } from "../../store/users.js";
import { createRouter } from "../create-router.js";
import { limitLogins } from "../middleware/limit-logins.js";
import type { Services } from "../services.js";
import { setSessionCookie } from "../session-cookie.js";

/** A link that logs one person in: of the sample mail, printed where the program was started. */
export function enterRoutes({ environment, entry, url }: Services) {
  const { database, now } = environment;
  const router = createRouter();
  router.use("/enter", limitLogins("enter"));
  return router.get("/enter", async (c) => {
    const token = c.req.query("token") ?? "";
    const isGiven = entry !== undefined && timingSafeEqual(hashToken(token), hashToken(entry.token));
    const user = isGiven ? await findUser(database.sql, entry.email) : undefined;
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-store");
    if (user === undefined) return c.redirect("/login", 303);
    const session = await createSession(database.sql, user, c.req.header("user-agent") ?? "", now());
    setSessionCookie(c, url, session.token);
    return c.redirect("/", 303);
  });
}
