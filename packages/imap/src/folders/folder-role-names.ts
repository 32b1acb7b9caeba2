import type { FolderRole } from "./folder.js";

/** The names of the usual folders in one language. */
export type FolderRoleNames = Partial<Readonly<Record<FolderRole, readonly string[]>>>;

/**
 * What clients and servers call the usual folders, by language, in lower case. Only used where the
 * server has no SPECIAL-USE (RFC 6154).
 */
export const FOLDER_ROLE_NAMES: Readonly<Record<string, FolderRoleNames>> = {
  en: {
    sent: ["sent", "sent items", "sent mail", "sent messages", "sent-mail", "outbox.sent"],
    drafts: ["drafts", "draft", "draft messages"],
    trash: ["trash", "deleted", "deleted items", "deleted messages", "bin", "wastebasket"],
    spam: ["spam", "junk", "junk mail", "junk email", "junk e-mail", "bulk mail", "bulk"],
    archive: ["archive", "archives", "archived"],
    all: ["all mail", "all messages"],
    flagged: ["starred", "flagged"],
  },
  de: {
    sent: ["gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten"],
    drafts: ["entwürfe", "entwurf"],
    trash: ["papierkorb", "gelöscht", "gelöschte elemente", "gelöschte objekte"],
    spam: ["spamverdacht", "junk-e-mail", "unerwünscht", "unerwünschte werbung"],
    archive: ["archiv"],
    all: ["alle nachrichten"],
    flagged: ["markiert"],
  },
  fr: {
    sent: ["envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé"],
    drafts: ["brouillons", "brouillon"],
    trash: ["corbeille", "éléments supprimés", "messages supprimés"],
    spam: ["indésirables", "courrier indésirable", "pourriel"],
    archive: ["archives"],
    all: ["tous les messages"],
    flagged: ["suivis", "messages suivis"],
  },
  es: {
    sent: ["enviados", "elementos enviados", "mensajes enviados", "correo enviado"],
    drafts: ["borradores", "borrador"],
    trash: ["papelera", "elementos eliminados", "mensajes eliminados", "eliminados"],
    spam: ["correo no deseado", "correo basura", "no deseado"],
    archive: ["archivo", "archivados"],
    all: ["todos"],
    flagged: ["destacados"],
  },
  pt: {
    sent: ["enviadas", "itens enviados", "mensagens enviadas", "e-mails enviados"],
    drafts: ["rascunhos", "rascunho"],
    trash: ["lixeira", "lixo", "itens excluídos", "mensagens excluídas", "itens eliminados"],
    spam: ["lixo eletrônico", "lixo electrónico", "correio eletrônico não solicitado"],
    archive: ["arquivo", "arquivo morto", "arquivados"],
    all: ["todos os e-mails"],
    flagged: ["com estrela"],
  },
  it: {
    sent: ["inviati", "posta inviata", "elementi inviati", "messaggi inviati", "inviata"],
    drafts: ["bozze", "bozza"],
    trash: ["cestino", "posta eliminata", "elementi eliminati"],
    spam: ["posta indesiderata", "indesiderata"],
    archive: ["archivio"],
    all: ["tutti i messaggi"],
    flagged: ["speciali"],
  },
  nl: {
    sent: ["verzonden", "verzonden items", "verzonden berichten"],
    drafts: ["concepten", "klad"],
    trash: ["prullenbak", "verwijderde items", "verwijderd", "prullenmand"],
    spam: ["ongewenste e-mail", "ongewenst", "ongewenste mail"],
    archive: ["archief"],
    all: ["alle berichten"],
    flagged: ["met ster"],
  },
  sv: {
    sent: ["skickat", "skickade", "skickade objekt", "skickade meddelanden"],
    drafts: ["utkast"],
    trash: ["papperskorgen", "borttaget", "borttagna objekt", "papperskorg"],
    spam: ["skräppost"],
    archive: ["arkiv"],
  },
  da: {
    sent: ["sendt", "sendt post", "sendte elementer", "sendte beskeder"],
    drafts: ["kladder", "kladde"],
    trash: ["papirkurv", "slettet post", "slettede elementer"],
    spam: ["uønsket mail", "uønsket post", "uønsket e-mail"],
    archive: ["arkiv"],
  },
  nb: {
    sent: ["sendte", "sendte elementer", "sendte meldinger"],
    drafts: ["utkast", "kladder"],
    trash: ["papirkurv", "søppel", "slettede elementer", "søppelkurv"],
    spam: ["søppelpost", "uønsket e-post"],
    archive: ["arkiv"],
  },
  fi: {
    sent: ["lähetetyt", "lähetetyt viestit", "lähetetyt-kohteet"],
    drafts: ["luonnokset", "luonnos"],
    trash: ["roskakori", "poistetut", "poistetut viestit"],
    spam: ["roskaposti"],
    archive: ["arkisto"],
  },
  pl: {
    sent: ["wysłane", "elementy wysłane", "wysłane elementy", "wysłane wiadomości"],
    drafts: ["szkice", "kopie robocze", "wersje robocze"],
    trash: ["kosz", "elementy usunięte", "usunięte"],
    spam: ["wiadomości-śmieci", "niechciane", "wiadomości śmieci"],
    archive: ["archiwum"],
  },
  cs: {
    sent: ["odeslané", "odeslaná pošta", "odeslaná", "odeslané zprávy"],
    drafts: ["koncepty", "rozepsané"],
    trash: ["koš", "odstraněná pošta", "odstraněné"],
    spam: ["nevyžádaná pošta", "nevyžádané"],
    archive: ["archiv"],
  },
  sk: {
    sent: ["odoslané", "odoslaná pošta", "odoslané správy"],
    drafts: ["koncepty", "rozpísané"],
    trash: ["kôš", "odstránená pošta", "odstránené"],
    spam: ["nevyžiadaná pošta", "nevyžiadané"],
    archive: ["archív"],
  },
  hu: {
    sent: ["elküldött", "elküldött elemek", "elküldött üzenetek", "elküldöttek"],
    drafts: ["piszkozatok", "vázlatok"],
    trash: ["kuka", "törölt elemek", "lomtár", "törölt"],
    spam: ["levélszemét"],
    archive: ["archívum"],
  },
  ro: {
    sent: ["trimise", "mesaje trimise", "elemente trimise"],
    drafts: ["schițe", "ciorne"],
    trash: ["coș de gunoi", "elemente șterse", "gunoi", "coș"],
    spam: ["e-mail nedorit", "mesaje nedorite"],
    archive: ["arhivă", "arhiva"],
  },
};
