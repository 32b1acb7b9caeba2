import { createHmac } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const KEY = "a key of throwaway test servers, known to everybody";

/** Writes what Dovecot needs to check access tokens by itself; answers the path of its oauth2 settings. */
export async function writeTokenSettings(folder: string): Promise<string> {
  // Dovecot's dictionary of keys is a folder tree: authorized party, algorithm, key id.
  const keyFolder = join(folder, "token-keys", "default", "HS256");
  await mkdir(keyFolder, { recursive: true });
  await writeFile(join(keyFolder, "default"), Buffer.from(KEY).toString("base64"));
  const settings = join(folder, "oauth2.conf");
  await writeFile(
    settings,
    `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${folder}/token-keys/\nusername_attribute = sub\n`,
  );
  return settings;
}

/** A JSON web token (RFC 7519) for the account; a negative life gives one that has expired. */
export function createAccessToken(user: string, lifeSeconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const issuedAt = Math.min(now, now + lifeSeconds) - 60;
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = encode({ alg: "HS256", typ: "JWT" });
  const unsigned = `${header}.${encode({ sub: user, iat: issuedAt, exp: now + lifeSeconds })}`;
  return `${unsigned}.${createHmac("sha256", KEY).update(unsigned).digest("base64url")}`;
}
