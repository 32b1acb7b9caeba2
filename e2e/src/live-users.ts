import { createAccessToken } from "./access-tokens.js";
import type { LiveUser } from "./live-environment.js";

/** The one mail domain of the live servers (RFC 2606 §2). */
export const MAIL_DOMAIN = "example.test";

const DAY_SECONDS = 86_400;

const NAMES = [
  ...["ada", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"],
  ...["ivan", "judy", "karl", "laura", "mike", "nina", "oscar", "peggy"],
  ...["yara", "zeno"],
  ...["quinn", "rupert", "sybil", "trent", "ursula", "victor", "walter", "xenia"],
];

/** The last account's password has what clients must quote, escape or encode. */
const AWKWARD_PASSWORD = 'pä"ss \\ wörd';

/** Enough accounts that suites which run side by side need not share one. */
export const liveUsers: readonly LiveUser[] = NAMES.map((user, index) => ({
  user,
  password: index === NAMES.length - 1 ? AWKWARD_PASSWORD : `${user}-secret`,
  address: `${user}@${MAIL_DOMAIN}`,
  accessToken: createAccessToken(user, DAY_SECONDS),
  expiredToken: createAccessToken(user, -60),
}));
