interface Wording {
  readonly status: string;
  readonly pattern: RegExp;
}

/** Enhanced status codes (RFC 3463) by what mail systems say; the first that fits counts. */
const WORDINGS: readonly Wording[] = [
  {
    status: "5.2.2",
    pattern:
      /quota|(?:mailbox|mailfolder|mail ?box|inbox|disk|storage) (?:is |size )?(?:limit )?(?:full|exceeded|over)|full mailbox|insufficient (?:disk|storage)|too much mail data|mailbox size|speicherplatz|postfach.{0,30}voll|boîte.{0,40}pleine|buz[oó]n.{0,30}llen[oa]|casella.{0,30}piena|caixa.{0,30}cheia|переполнен|容量|いっぱい|邮箱.{0,10}满|空间不足/i,
  },
  {
    status: "5.3.4",
    pattern: /message (?:size|is)? ?(?:too (?:big|large|long)|exceeds)|size (?:limit|exceeds)|too large/i,
  },
  { status: "5.4.6", pattern: /too many hops|hop count|(?:mail|routing) loop|loops? back to/i },
  {
    status: "5.2.1",
    pattern:
      /(?:account|mailbox|user)(?:\(s\))?[^\n]{0,40}(?:disabled|inactive|suspended|deactivated|not active|locked|closed|expired)|not accepting (?:mail|messages)/i,
  },
  {
    status: "5.1.2",
    pattern:
      /host (?:or domain name )?(?:not found|unknown)|unknown host|no such (?:host|domain)|domain (?:name )?(?:not found|does not exist|lookup failed|is not)|unrout(?:e)?able|nxdomain|bad destination|name or service not known|no mx|couldn't find any host|cannot resolve|could not find a gateway/i,
  },
  {
    status: "5.1.1",
    pattern:
      /(?:user|recipient|mailbox|address|account|name|alias)(?:'s|\(s\)|s)?[^\n]{0,60}(?:unknown|not (?:found|exist|known|recogni[sz]ed|listed|valid|local)|doesn't (?:exist|have)|does not exist|invalid|unavailable|rejected)|(?:unknown|invalid|no such|non-?existent|unrecogni[sz]ed|bad|illegal) (?:local )?(?:user|recipient|mailbox|address|account|alias)|no mailbox|not our customer|this user doesn't|unbekannt|existiert nicht|n'existe pas|inconnue?\b|no existe|desconocid[oa]|non esiste|sconosciut[oa]|inesistente|não existe|desconhecid[oa]|bestaat niet|onbekend|не (?:существует|найден)|неизвест|存在し(?:ません|ない)|見つかりません|不存在|无此用户|존재하지/i,
  },
  {
    status: "5.7.1",
    pattern:
      /relay|spam|blacklist|block(?:ed|list)|denied|not (?:allowed|permitted|authori[sz]ed|member)|policy|prohibited|reject|refused to accept|virus|unauthenticated|dmarc|\bspf\b|\bdkim\b/i,
  },
  { status: "5.4.7", pattern: /giving up|given up after/i },
  {
    status: "4.4.1",
    pattern:
      /connection (?:timed out|refused|reset|dropped|lost)|timed? ?out|could ?n[o']t connect|could not connect|no route|network is unreachable|unable to connect|unreachable/i,
  },
  {
    status: "4.4.7",
    pattern:
      /expired|failing for a long time|retry time(?:out)? (?:not reached|exceeded)|too long|in the queue|delay(?:ed)?|deferred|for \d+ (?:days?|hours?)|temporar|try again|still trying|warning/i,
  },
];
const GOES_ON =
  /will (?:be re-?tried|keep trying|continue (?:to (?:try|be)|for))|(?:attempts?|deliver(?:y|ies)) will (?:continue|be made)|still (?:being|be) retried|postponed|not yet been delivered|no action is required|delivery (?:is |has been )?delayed/i;
const TEMPORARY = /temporar(?:y|ily) (?:fail|error|problem|defer)/i;
const FAILED =
  /undeliver|un(?:able|successful) (?:to )?deliver|attempts will be made|not (?:be )?deliver|could not (?:be )?(?:deliver|sent|reach)|fail(?:ed|ure)|error|return(?:ed|ing)|problem|reject|bounce|did not reach|abort|malformed|incorrectly|zugestellt|zustellung|n'a pas pu|échec|no (?:se )?(?:ha )?(?:podido|pudo)|no entregad|non (?:è stato )?(?:possibile|recapita|consegna)|não (?:foi )?(?:possível|entreg)|не (?:удалось|доставлен)|できません|エラー|无法|失败|退信|실패/i;
const MAX_TEXT = 8_000;

/** Works out a status from the wording of a failure; `undefined` when it says nothing that is known. */
export function statusFromWording(text: string): string | undefined {
  const searched = text.slice(0, MAX_TEXT);
  return WORDINGS.find(({ pattern }) => pattern.test(searched))?.status;
}

/** Whether the text says that delivery goes on. */
export function saysGoesOn(text: string): boolean {
  return GOES_ON.test(text.slice(0, MAX_TEXT));
}

/** Whether the text says that what happened may pass. */
export function saysTemporary(text: string): boolean {
  return saysGoesOn(text) || TEMPORARY.test(text.slice(0, MAX_TEXT));
}

/** Whether the text says at all that something was not delivered. */
export function saysFailed(text: string): boolean {
  return FAILED.test(text.slice(0, MAX_TEXT));
}
