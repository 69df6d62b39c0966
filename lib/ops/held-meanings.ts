/**
 * What each reason means and what to do about it, in the two languages of those who operate Kojarz. For pages and the
 * dashboard alone: no function loads these texts, its log names the reason.
 */
import { HELD_REASONS, type HeldReason, heldReason } from "../held-reasons.ts";

export type Meaning = { pl: string; en: string };

const POSSIBLY_THE_SAME: Meaning = {
  pl: "To może być zakup, który już jest w Kojarzu, ale nic tego nie dowodzi: kwota, data lub identyfikator się różnią. Porównaj oba zamówienia; jeśli to inny zakup, wpisz go do ERP ręcznie.",
  en: "It may be a purchase that is there already, but nothing proves it: total, date or id differ. Compare the two orders; if it is another purchase, enter it in the ERP by hand.",
};

const TOTAL_TO_COMPARE_UNKNOWN: Meaning = {
  pl: "To może być zakup, który już jest w Kojarzu, ale jednemu z dwóch zgłoszeń brakuje kwoty do porównania. Porównaj oba zamówienia w źródłach; jeśli to inny zakup, wpisz go do ERP ręcznie.",
  en: "It may be a purchase that is there already, but one of the two reports lacks the total to compare. Compare the two orders at their sources; if it is another purchase, enter it in the ERP by hand.",
};

const REVIVED: Meaning = {
  pl: "Anulowane zamówienie jest znów gotowe, a ERP mógł je już anulować. Sprawdź je w ERP; jeśli jest anulowane, wpisz je ponownie ręcznie.",
  en: "A cancelled order is ready again, and the ERP may have cancelled it already. Look at it in the ERP; if it is cancelled there, enter it again by hand.",
};

const UNREADABLE: Meaning = {
  pl: "Nie da się odczytać zamówienia: ma inną budowę, niż opisuje dokumentacja platformy. Treść jest zachowana: zgłoś ją opiekunowi Kojarza, a pilne zamówienie wpisz do ERP ręcznie.",
  en: "The order cannot be read: it is built otherwise than the platform documents. Its text is kept: pass it to whoever maintains Kojarz, and enter an urgent order in the ERP by hand.",
};

const UNREADABLE_MESSAGE: Meaning = {
  pl: "Wiadomość ma poprawny podpis, ale nie ma w niej zamówienia, które da się odczytać. Treść jest zachowana: sprawdź u nadawcy wtyczki, które zmieniają webhooki, a brakujące zamówienie wpisz do ERP ręcznie.",
  en: "The message is signed correctly, but holds no order that can be read. Its text is kept: look at the sender for plugins that change webhooks, and enter an order that is missing in the ERP by hand.",
};

const ERP_INCOMPLETE: Meaning = {
  pl: "WAPRO nie nadało numeru lub identyfikatora, więc zapis został wycofany. Uruchom most z --probe, sprawdź format numeracji i typ dokumentu, potem wpisz zamówienie do ERP ręcznie.",
  en: "WAPRO gave no number or id, so the write was rolled back. Run the bridge with --probe, check the number format and the document type, then enter the order in the ERP by hand.",
};

const ERP_UNCLEAR: Meaning = {
  pl: "W ERP jest kilka zamówień, które mogą być tym zakupem. Sprawdź je w ERP: zbędne anuluj, a jeśli żadne nie jest tym zakupem, wpisz go ręcznie.",
  en: "Several orders in the ERP may be this purchase. Look at them in the ERP: cancel what is too many, and if none is this purchase, enter it by hand.",
};

const ERP_UNPROVEN: Meaning = {
  pl: "W ERP jest zamówienie o tym samym numerze lub identyfikatorze, ale nic nie dowodzi, że to ten zakup. Porównaj je; jeśli to inny zakup, wpisz ten do ERP ręcznie.",
  en: "The ERP has an order with the same number or id, but nothing proves that it is this purchase. Compare them; if it is another purchase, enter this one in the ERP by hand.",
};

const eventWithout = (field: string): Meaning => ({
  pl: `Zdarzenie Adobe nie zawiera pola potrzebnego do zamówienia (${field}). Dodaj to pole do subskrypcji zdarzeń, a to zamówienie wpisz do ERP ręcznie.`,
  en: `Adobe's event lacks a field that the order needs (${field}). Add the field to the subscription of events, and enter this order in the ERP by hand.`,
});

const MEANINGS: Readonly<Record<HeldReason, Meaning>> = {
  "broken-at-shop": {
    pl: "Sklep odpowiada błędem przy odczycie tego jednego zamówienia. Otwórz je w panelu sklepu i napraw; jeśli się nie da, wpisz je do ERP ręcznie.",
    en: "The shop answers with an error when this one order is read. Open it in the shop's panel and repair it; if that fails, enter it in the ERP by hand.",
  },
  "cancel-disputed": {
    pl: "Kopia albo integrator anulował zamówienie, a jego własne źródło nadal ma je jako gotowe. Jeśli usunięto tylko kopię, nic nie rób; jeśli zakup odwołano, anuluj zamówienie w jego źródle.",
    en: "A copy or an integrator cancelled the order, while its own source still has it as ready. If only a copy was cleared away, do nothing; if the purchase was called off, cancel it at its source.",
  },
  "cancelled-after-window": {
    pl: "Źródło anulowało zamówienie tak późno, że Kojarz już go nie zmienia. Anuluj je w ERP ręcznie.",
    en: "The source cancelled the order so late that Kojarz changes it no more. Cancel it in the ERP by hand.",
  },
  "cancelled-in-erp": {
    pl: "W ERP anulowano zamówienie innego integratora, z którym ten zakup jest powiązany. Jeśli zakup jest aktualny, wpisz go ponownie ręcznie.",
    en: "The ERP order of another integrator, to which this purchase is linked, was cancelled in the ERP. If the purchase stands, enter it again by hand.",
  },
  "cancelled-while-held": {
    pl: "Źródło anulowało zamówienie, które czeka na decyzję. Sprawdź, czy jest w ERP; jeśli jest, anuluj je tam.",
    en: "The source cancelled an order that waits for a decision. Look whether it is in the ERP; if it is, cancel it there.",
  },
  "cannot-be-read": {
    pl: "Zamówienia nie udaje się odczytać od około dwóch dni; Kojarz nadal próbuje. Sprawdź, dlaczego platforma odmawia; pilne wpisz do ERP ręcznie.",
    en: "The order could not be read for about two days; Kojarz still tries. Look why the platform refuses it; if it is urgent, enter it in the ERP by hand.",
  },
  "cannot-be-taken-in": {
    pl: "Zamówienia nie udało się zapisać w dziesięciu odczytach z rzędu; następne poszły dalej, a to jest próbowane przy każdym odczycie. Log podaje błąd; jeśli nie może czekać, wpisz je do ERP ręcznie.",
    en: "The order could not be stored in ten runs in a row; later ones went on, and it is tried again whenever it is listed. The log names the error; if it cannot wait, enter it in the ERP by hand.",
  },
  "copy-or-split": {
    pl: "To samo konto zgłosiło drugie zamówienie pod tym samym identyfikatorem: kopia albo podział. Jeśli jego towary też mają być wysłane, wpisz je do ERP ręcznie.",
    en: "The same account reported a second order under the same id: a copy or a split. If its goods are to be sent too, enter it in the ERP by hand.",
  },
  "duplicated-in-erp": {
    pl: "Inny integrator zapisał w ERP zakup, który już tam jest; szczegóły podają oba numery. Anuluj w ERP jedno z nich i wyłącz temu integratorowi zapis do ERP.",
    en: "Another integrator wrote a purchase into the ERP that was there already; the detail has both numbers. Cancel one of them in the ERP, and stop that integrator from writing there.",
  },
  "edit-of-an-edit": {
    pl: "Zamówienie w Magento edytowano więcej niż raz, a zdarzenie Adobe nie mówi, od którego się zaczęło. Popraw w ERP zamówienie, które zostało zastąpione.",
    en: "The order was edited in Magento more than once, and Adobe's event does not say from which one it began. Change the replaced order in the ERP.",
  },
  "edited-after-delivery": {
    pl: "Źródło zmieniło towary, cenę lub dostawę zamówienia, które jest już w ERP. Popraw zamówienie w ERP.",
    en: "The source changed goods, price or delivery of an order that the ERP has already. Change the order in the ERP.",
  },
  "erp-bridge-refused-request": {
    pl: "Most do WAPRO nie przyjął zapytania Kojarza: zwykle most jest w innej wersji. Zaktualizuj most i sprawdź jego log; to zamówienie wpisz do ERP ręcznie.",
    en: "The bridge to WAPRO did not take Kojarz's request: usually its version differs. Update the bridge and read its log; enter this order in the ERP by hand.",
  },
  "erp-cannot-cancel": {
    pl: "Zamówienie zostało anulowane w źródle, a ERP nie może go anulować: ma już dokument albo należy do kogoś innego (szczegóły mówią, co). Zdecyduj w ERP: zwrot, korekta lub ręczne anulowanie.",
    en: "The order was cancelled at its source and the ERP cannot cancel it: it has a document already, or is somebody else's (the detail says which). Decide in the ERP: a return, a correction, or a cancellation by hand.",
  },
  "erp-contractor-unknown": {
    pl: "W WAPRO nie ma kontrahenta z tym NIP-em, a w bridge.json nie podano zastępczego (contractor). Dodaj kontrahenta lub ustawienie i wpisz zamówienie do ERP ręcznie.",
    en: "WAPRO has no contractor with this tax number (NIP), and bridge.json names no stand-in (contractor). Add the contractor or the setting, and enter the order in the ERP by hand.",
  },
  "erp-currency-unsupported": {
    pl: "Zamówienie nie jest w złotych, a most zapisuje tylko PLN. Wpisz je do ERP ręcznie.",
    en: "The order is not in złoty, and the bridge writes PLN only. Enter it in the ERP by hand.",
  },
  "erp-gave-no-id": ERP_INCOMPLETE,
  "erp-gave-no-number": ERP_INCOMPLETE,
  "erp-keys-disagree": ERP_UNCLEAR,
  "erp-many": ERP_UNCLEAR,
  "erp-no-number-format": ERP_INCOMPLETE,
  "erp-number-differs": {
    pl: "WAPRO zapisało numer zamówienia klienta inaczej, niż go podano, więc zapis został wycofany. Sprawdź w WAPRO, co zmienia ten numer, i wpisz zamówienie do ERP ręcznie.",
    en: "WAPRO kept the customer order number otherwise than it was given, so the write was rolled back. Look what changes that number in WAPRO, and enter the order in the ERP by hand.",
  },
  "erp-number-unproven": ERP_UNPROVEN,
  "erp-order-shared": {
    pl: "Zamówienie w ERP powiązano z jednym zakupem po numerze, a zgłoszenie innego zakupu wskazuje je po identyfikatorze. Porównaj oba z zamówieniem w ERP i wpisz ręcznie ten, którego tam nie ma.",
    en: "An ERP order was linked to one purchase by its number, and the report of another one names it by its id. Compare both with the ERP order, and enter the one that is not in it by hand.",
  },
  "erp-own-id-lost": {
    pl: "WAPRO wyczyściło pole, w którym most zapisuje identyfikator Kojarza, więc zapis został wycofany. Wybierz w bridge.json inne wolne pole (ownColumn) i wpisz zamówienie do ERP ręcznie.",
    en: "WAPRO emptied the field in which the bridge keeps Kojarz's id, so the write was rolled back. Choose another free field in bridge.json (ownColumn), and enter the order in the ERP by hand.",
  },
  "erp-price-inexact": {
    pl: "Ceny pozycji nie da się zapisać w WAPRO co do grosza. Wpisz zamówienie do ERP ręcznie.",
    en: "The price of a line cannot be written in WAPRO to the grosz. Enter the order in the ERP by hand.",
  },
  "erp-refused": {
    pl: "ERP odrzucił zamówienie bez bliższego powodu. Sprawdź log ERP i wpisz zamówienie ręcznie.",
    en: "The ERP refused the order and gave no closer reason. Read the ERP's log, and enter the order by hand.",
  },
  "erp-sku-unknown": {
    pl: "Pozycja zamówienia nie pasuje do dokładnie jednego artykułu w magazynie; log mostu podaje SKU. Popraw kartotekę artykułów i wpisz zamówienie do ERP ręcznie.",
    en: "A line does not fit exactly one article of the warehouse; the bridge's log names the SKU. Correct the articles, and enter the order in the ERP by hand.",
  },
  "erp-total-differs": {
    pl: "Wartość zamówienia w WAPRO wyszła inna, niż zapłacił klient, więc zapis został wycofany. Sprawdź rabaty i stawki VAT w WAPRO i wpisz zamówienie do ERP ręcznie.",
    en: "The total in WAPRO came out otherwise than the buyer paid, so the write was rolled back. Look at discounts and VAT rates in WAPRO, and enter the order in the ERP by hand.",
  },
  "erp-total-not-in-lines": {
    pl: "Pozycje i dostawa nie sumują się do zapłaconej kwoty: rabat lub opłata nie jest pozycją. Wpisz zamówienie do ERP ręcznie.",
    en: "Lines and delivery do not add up to what was paid: a discount or a fee is no line. Enter the order in the ERP by hand.",
  },
  "erp-trace": ERP_UNPROVEN,
  "error-object": {
    pl: "Sklep wysłał w webhooku komunikat błędu zamiast zamówienia. Sprawdź w WooCommerce, kto jest właścicielem webhooka i czy może czytać zamówienia; brakujące zamówienie doczyta odpytywanie, o ile jest włączone.",
    en: "The shop sent an error instead of an order in its webhook. Look in WooCommerce whose webhook it is and whether that user may read orders; polling fetches the missing order where it is configured.",
  },
  "event-without-addresses": eventWithout("addresses"),
  "event-without-amounts": eventWithout("grand_total, row_total"),
  "event-without-items": eventWithout("items"),
  "event-without-order_currency_code": eventWithout("order_currency_code"),
  "event-without-relation_child_id": eventWithout("relation_child_id"),
  "event-without-relation_parent_id": eventWithout("relation_parent_id"),
  "event-without-shipping_amount": eventWithout("shipping_amount"),
  "export-shop-unknown": {
    pl: 'BaseLinker wyeksportował zamówienie z marketplace do sklepu, a skonfigurowano kilka sklepów. Ustaw exportShop przy koncie BaseLinkera albo "none".',
    en: 'BaseLinker exported a marketplace\'s order to a shop, and several shops are configured. Set exportShop at the BaseLinker account, or "none".',
  },
  "gone-at-source": {
    pl: "BaseLinker lub Allegro nie ma już zamówienia zgłoszonego jako gotowe, na przykład po połączeniu zamówień. Jeśli jego towary są w innym zamówieniu, nic nie rób; jeśli nie, a zamówienie jest w ERP, anuluj je tam.",
    en: "BaseLinker or Allegro no longer has an order that it had reported as ready, as after a merge. If its goods are in another order, do nothing; if not, and the ERP has it, cancel it there.",
  },
  "id-changed": {
    pl: "Źródło podało przy znanym już zamówieniu inny identyfikator niż poprzednio. Porównaj zamówienie w źródle i w ERP; jeśli to inny zakup, wpisz go ręcznie.",
    en: "A source gave an order that it had reported before another id. Compare the order at the source and in the ERP; if it is another purchase, enter it by hand.",
  },
  "ids-taken": {
    pl: "Wszystkie identyfikatory zgłoszenia należą już do innych zamówień, choć to inny zakup. Porównaj je i wpisz brakujący zakup do ERP ręcznie.",
    en: "All ids of this report belong to other orders already, though it is another purchase. Compare them, and enter the purchase that is missing in the ERP by hand.",
  },
  "in-erp-though-excluded": {
    pl: 'Zamówienie, które wysyła samo Allegro (One Fulfillment), trafiło do ERP, zanim Allegro je zgłosiło. Anuluj je w ERP albo ustaw oneFulfillment na "forward".',
    en: 'An order that Allegro itself ships (One Fulfillment) reached the ERP before Allegro told of it. Cancel it in the ERP, or set oneFulfillment to "forward".',
  },
  "incomplete-order": UNREADABLE,
  "journal-gap": {
    pl: "Dziennik zdarzeń nie był czytany dłużej, niż platforma go pamięta (Allegro 60 dni, BaseLinker 3 dni). Porównaj zamówienia od podanej chwili z listą na platformie: brakujące wpisz do ERP ręcznie, zmienione i anulowane popraw.",
    en: "A journal was not read for longer than the platform keeps it (Allegro 60 days, BaseLinker 3 days). Compare the orders since the time named with the platform's list: enter what is missing in the ERP by hand, correct what was changed or cancelled.",
  },
  "marketplace-id-missing": {
    pl: "Zamówienie ze sklepu wygląda na zamówienie z Allegro, ale nie ma jego identyfikatora, więc może przyjść drugi raz z Allegro lub BaseLinkera. Wskaż pole z identyfikatorem w marketplaceFields; jeśli zamówienia nie ma w żadnym z nich, wpisz je do ERP ręcznie.",
    en: "A shop's order says to be Allegro's and carries no id of it, so it may come again from Allegro or BaseLinker. Name the field with the id in marketplaceFields; if the order is in neither, enter it in the ERP by hand.",
  },
  "no-lines": {
    pl: "Gotowe zamówienie w BaseLinkerze nie ma żadnych towarów. Uzupełnij je w BaseLinkerze: wejdzie samo.",
    en: "A ready order in BaseLinker has no goods. Complete it in BaseLinker: it then comes in by itself.",
  },
  "no-order-id": {
    pl: "Sklep zgłosił zmianę, ale nie podał, którego zamówienia. Sprawdź ustawienia webhooka lub modułu w sklepie; zamówienie doczyta odpytywanie.",
    en: "The shop told of a change without naming the order. Look at the settings of the webhook or the module in the shop; polling fetches the order.",
  },
  "no-recipient": {
    pl: "Zdarzenie Adobe nie mówi, dla kogo jest, więc może należeć do innego klienta. Sprawdź rejestrację w Adobe I/O i porównaj zamówienia ze sklepem.",
    en: "Adobe's event does not say whom it is for, so it may be another customer's. Look at the registration in Adobe I/O, and compare the orders with the shop.",
  },
  "no-usable-key": {
    pl: "Zgłoszenie nie ma ani identyfikatora, ani numeru zamówienia, po którym można je rozpoznać. Sprawdź zamówienie w źródle i wpisz je do ERP ręcznie.",
    en: "The report carries neither an id nor an order number by which it could be recognised. Look at the order at its source, and enter it in the ERP by hand.",
  },
  "not-a-form-id": {
    pl: "BaseLinker podaje przy zamówieniu z Allegro coś innego niż identyfikator formularza Allegro. Porównaj z Allegro; jeśli zamówienia tam nie ma, wpisz je do ERP ręcznie.",
    en: "BaseLinker names an Allegro order by something else than its form id. Compare with Allegro; if the order is not there, enter it in the ERP by hand.",
  },
  "not-an-event": UNREADABLE_MESSAGE,
  "not-an-order": UNREADABLE_MESSAGE,
  "not-from-a-marketplace": {
    pl: "BaseLinker wysłał plikiem wymiany zamówienie ze sklepu albo zwrot, a tą drogą mają przychodzić tylko zamówienia z marketplace. Wyłącz w BaseLinkerze wysyłanie takich zamówień; sklep zgłosi je sam.",
    en: "BaseLinker pushed a shop's order or a return over the exchange file, which is for marketplace orders only. Stop BaseLinker from sending those; the shop reports them itself.",
  },
  "not-json": UNREADABLE_MESSAGE,
  "number-not-told": {
    pl: "Numeru zamówienia z ERP nie udało się zapisać w BaseLinkerze przez około dwa dni. Sprawdź token i pole w BaseLinkerze i wpisz numer ręcznie; szczegóły go podają.",
    en: "The ERP's order number could not be written to BaseLinker for about two days. Look at the token and the field in BaseLinker, and enter the number by hand; the detail has it.",
  },
  "number-of-several-orders": {
    pl: "Kilka zamówień w Magento ma ten sam numer, więc nie wiadomo, którego dotyczy zgłoszenie. Porównaj je z ERP i wpisz brakujące ręcznie.",
    en: "Several orders in Magento carry the same number, so nobody can tell which one was meant. Compare them with the ERP, and enter what is missing by hand.",
  },
  "number-total-differs": POSSIBLY_THE_SAME,
  "number-total-unknown": TOTAL_TO_COMPARE_UNKNOWN,
  "older-than-start": {
    pl: "Zdarzenie dotyczy zamówienia złożonego na długo przed pierwszym odczytem tego konta, a konto nie ma ustawienia acceptFrom. Jeśli nie ma go w ERP, wpisz je ręcznie; na przyszłość ustaw acceptFrom.",
    en: "An event names an order from long before this account was first read, and the account has no acceptFrom. If it is not in the ERP, enter it by hand; for the future set acceptFrom.",
  },
  "part-not-covered": {
    pl: "Od zamówienia oddzielono część, której nie obejmuje to, co trafiło do ERP. Wpisz tę część do ERP ręcznie.",
    en: "A part was split off an order, and what went to the ERP does not cover it. Enter that part in the ERP by hand.",
  },
  "ready-though-cancelled": {
    pl: "Kopia albo integrator anulował zamówienie, a potem jego własne źródło zgłosiło je jako gotowe. Jeśli w źródle nie jest anulowane, wpisz je do ERP ręcznie.",
    en: "A copy or an integrator cancelled the order, and then its own source reported it as ready. Unless it is cancelled at its source, enter it in the ERP by hand.",
  },
  refunded: {
    pl: "Źródło zwróciło klientowi część lub całość zapłaty. Popraw zamówienie w ERP: korekta lub zwrot.",
    en: "The source paid the buyer back, in part or in full. Change the order in the ERP: a correction or a return.",
  },
  "revived-after-erp-cancel": REVIVED,
  "revived-at-same-version": REVIVED,
  "revived-while-cancelling": REVIVED,
  surcharge: {
    pl: "Klient dopłacił do zamówienia: dopłaty Allegro nie ma w żadnej pozycji ani w kwocie. Jeśli należy do zamówienia, dopisz ją w ERP.",
    en: "The buyer paid more on top: Allegro's surcharge is in no line and not in the total. If it belongs to the order, add it in the ERP.",
  },
  "too-large": {
    pl: "Zamówienie jest większe, niż da się zapisać. Wpisz je do ERP ręcznie.",
    en: "The order is larger than the store takes. Enter it in the ERP by hand.",
  },
  "too-many-lines": {
    pl: "Zamówienie ma więcej niż 2000 pozycji. Wpisz je do ERP ręcznie.",
    en: "The order has more than 2,000 lines. Enter it in the ERP by hand.",
  },
  "too-many-orders": {
    pl: "BaseLinker zgłosił naraz zmianę ponad 1000 zamówień. Powtórz tę zmianę w BaseLinkerze w mniejszych grupach.",
    en: "BaseLinker told of a change of more than 1,000 orders at once. Repeat the change in BaseLinker in smaller groups.",
  },
  "total-differs": {
    pl: "Integrator zgłasza zakup na wyższą kwotę, niż sprzedał marketplace, na przykład po połączeniu dwóch zamówień. Porównaj zamówienie w ERP z marketplace.",
    en: "An integrator reports the purchase with more than the marketplace sold under it, as after two orders were merged. Compare the ERP order with the marketplace's.",
  },
  "total-unknown": {
    pl: "Źródło nie podaje kwoty zamówienia lub jego waluty. Gdy następne zgłoszenie ją poda, zamówienie pójdzie samo; pilne wpisz do ERP ręcznie.",
    en: "The source does not say the total of the order, or its currency. It goes on by itself once a report says it; if it is urgent, enter it in the ERP by hand.",
  },
  "trace-against-id": POSSIBLY_THE_SAME,
  "trace-ambiguous": {
    pl: "Podany numer to identyfikator jednego zamówienia i numer innego, a kwoty są równe. Sprawdź, którego dotyczy; oba idą do ERP.",
    en: "The number given is the id of one order and the number of another, with equal totals. See which of the two it is; both go to the ERP.",
  },
  "trace-date-differs": POSSIBLY_THE_SAME,
  "trace-total-differs": POSSIBLY_THE_SAME,
  "trace-total-unknown": TOTAL_TO_COMPARE_UNKNOWN,
  "two-orders": {
    pl: "Zgłoszenie pokazało, że dwa zamówienia są jednym zakupem; szczegóły podają oba. Anuluj jedno z nich w ERP.",
    en: "A report showed that two orders are one purchase; the detail names both. Cancel one of them in the ERP.",
  },
  "two-orders-cancelled": {
    pl: "Anulowano zakup, który jest w ERP jako dwa zamówienia; szczegóły podają oba. Anuluj oba w ERP.",
    en: "A purchase was cancelled that is in the ERP as two orders; the detail names both. Cancel both in the ERP.",
  },
  "unknown-status": {
    pl: "Allegro podaje status zamówienia, którego Kojarz nie zna. Sprawdź zamówienie w Allegro; jeśli jest opłacone, wpisz je do ERP ręcznie i zgłoś nowy status opiekunowi Kojarza.",
    en: "Allegro gives the order a status that Kojarz does not know. Look at it in Allegro; if it is paid, enter it in the ERP by hand, and tell whoever maintains Kojarz of the new status.",
  },
  "unmapped-source": {
    pl: "BaseLinker zna sklep lub konto, którego nie ma w ustawieniu sources. Dodaj je: zamówienie wejdzie samo w ciągu sześciu godzin.",
    en: "BaseLinker knows a shop or an account that is not in the setting sources. Add it: the order comes in by itself within six hours.",
  },
  "unreadable-amount": {
    pl: "Kwoty zamówienia nie da się odczytać. Popraw ceny i koszt dostawy w BaseLinkerze: zamówienie wejdzie samo.",
    en: "An amount of the order cannot be read. Correct prices and delivery cost in BaseLinker: the order then comes in by itself.",
  },
  "unreadable-event": {
    pl: "Zdarzenia z dziennika Allegro albo BaseLinkera nie da się odczytać. Treść jest zachowana: zgłoś ją opiekunowi Kojarza; samo zamówienie zwykle dochodzi z listy zamówień.",
    en: "An event of the journal of Allegro or BaseLinker cannot be read. Its text is kept: pass it to whoever maintains Kojarz; the order itself usually comes by the list of orders.",
  },
  "unreadable-form": UNREADABLE,
  "unreadable-line": UNREADABLE,
  "unreadable-order": UNREADABLE,
};

/** A reason that the bridge makes of an error's number. */
const ERP_SQL: Meaning = {
  pl: "SQL Server odrzucił zapis do WAPRO; liczba w powodzie to numer błędu. Przeczytaj log mostu, usuń przyczynę i wpisz zamówienie do ERP ręcznie.",
  en: "SQL Server refused the write to WAPRO; the number in the reason is its error's. Read the bridge's log, remove the cause, and enter the order in the ERP by hand.",
};

const ANY_OTHER: Meaning = {
  pl: "Powód podany przez ERP lub most; pełny jest w logu. Sprawdź zamówienie w ERP i jeśli go tam nie ma, wpisz je ręcznie.",
  en: "A reason that the ERP or the bridge gave; the log has it in full. Look for the order in the ERP, and if it is not there, enter it by hand.",
};

export function meaningOf(reason: string): Meaning {
  if (/^erp-sql-\d+$/.test(reason)) return ERP_SQL;
  const known = heldReason(reason);
  return known === "other" ? ANY_OTHER : MEANINGS[known];
}

/** Every meaning once, with the reasons that share it: those of the metric first, then what it counts as `other`. */
export function meanings(): Array<{ reasons: string[]; meaning: Meaning }> {
  const shared = Map.groupBy(HELD_REASONS, (reason) => MEANINGS[reason]);
  return [
    ...[...shared].map(([meaning, reasons]) => ({ reasons, meaning })),
    { reasons: ["other: erp-sql-N"], meaning: ERP_SQL },
    { reasons: ["other"], meaning: ANY_OTHER },
  ];
}
