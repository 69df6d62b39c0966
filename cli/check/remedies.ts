/** What to do about each kind of trouble, in both languages of the operators. */
import type { Text } from "../../lib/ops/answers.ts";
import type { TroubleKind } from "./trouble-kinds.ts";

export const REMEDIES: Readonly<Record<TroubleKind, Text>> = {
  dns: {
    pl: "Nazwa hosta nie istnieje w DNS albo serwer DNS nie odpowiada: sprawdź baseUrl.",
    en: "The host's name is not in the DNS, or no name server answers: look at baseUrl.",
  },
  tls: {
    pl: "Certyfikat serwera nie jest przyjmowany: jest nieważny, wystawiony dla innej nazwy albo brakuje certyfikatu pośredniego.",
    en: "The server's certificate is not accepted: it is over, of another name, or an intermediate certificate is missing.",
  },
  unreached: {
    pl: "Pod tym adresem nikt nie odpowiada: sprawdź adres, port i zaporę sieciową.",
    en: "Nobody answers at this address: look at the address, the port and the network's firewall.",
  },
  timeout: {
    pl: "Odpowiedź nie przyszła na czas. Spróbuj ponownie; gdy się powtarza, zapytaj hosting sklepu.",
    en: "No answer came in time. Try again; if it comes again, ask the shop's host.",
  },
  redirect: {
    pl: "Adres przekierowuje. Kojarz nie idzie za przekierowaniem, bo wysłałby tam klucze: wpisz w baseUrl adres, na który ono prowadzi.",
    en: "The address redirects. Kojarz does not follow, since it would send the keys there: put the address that it leads to into baseUrl.",
  },
  cut: {
    pl: "Odpowiedź została przerwana: serwer lub coś przed nim zrywa połączenie.",
    en: "The answer was cut off: the server, or something before it, ends the connection.",
  },
  "too-large": {
    pl: "Odpowiedź jest większa niż jakakolwiek lista zamówień: to nie jest API sklepu.",
    en: "The answer is larger than any list of orders: this is not the shop's API.",
  },
  firewall: {
    pl: "Odpowiedziała zapora przed sklepem (WAF), nie sklep. Poproś jej administratora o przepuszczenie ścieżki API dla Kojarza.",
    en: "A firewall before the shop answered, and not the shop. Ask whoever runs it to let Kojarz through to the path of the API.",
  },
  maintenance: {
    pl: "Sklep jest w trybie konserwacji. Po jego wyłączeniu sprawdź jeszcze raz.",
    en: "The shop is in maintenance. Check again once that is over.",
  },
  page: {
    pl: "Zamiast API odpowiedziała strona: sprawdź baseUrl (podkatalog? inny host?) i czy API jest włączone.",
    en: "A page answered instead of the API: look at baseUrl (a folder? another host?), and whether the API is switched on.",
  },
  down: {
    pl: "Platforma ma awarię. Nic nie trzeba zmieniać; sprawdź ponownie za kilka minut.",
    en: "The platform has a failure. Nothing is to be changed; check again in some minutes.",
  },
  "wrong-keys": {
    pl: "Platforma nie zna tych kluczy: skopiuj je jeszcze raz, w całości, z tego samego konta i środowiska.",
    en: "The platform does not know these keys: copy them again, whole, from the same account and environment.",
  },
  "no-rights": {
    pl: "Klucze są znane, ale nie wolno im czytać zamówień: nadaj im to prawo.",
    en: "The keys are known, and may not read orders: give them that right.",
  },
  "header-dropped": {
    pl: 'Sklep nie widzi nagłówka Authorization: serwer WWW go usuwa. Dla Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    en: 'The shop does not see the header Authorization: its web server takes it away. For Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
  },
  "api-off": {
    pl: "API jest wyłączone: włącz je w panelu.",
    en: "The API is switched off: switch it on in the back office.",
  },
  "not-there": {
    pl: "Pod tym adresem nie ma API: sprawdź baseUrl (podkatalog, kod widoku sklepu, wersja API).",
    en: "There is no API at this address: look at baseUrl (a folder, the store view's code, the version of the API).",
  },
  "too-many-calls": {
    pl: "Platforma chce mniej wywołań. Odczekaj i sprawdź ponownie; jeśli inni integratorzy używają tego konta, zmniejsz callsPerMinute.",
    en: "The platform wants fewer calls. Wait and check again; where other integrators use the account, take a smaller callsPerMinute.",
  },
  refused: {
    pl: "Platforma odmawia, jej słowa stoją obok.",
    en: "The platform refuses; its own words stand beside.",
  },
  unexpected: {
    pl: "Odpowiedź jest inna, niż opisuje platforma. Zgłoś to razem z tym tekstem.",
    en: "The answer is not what the platform describes. Report it, with this text.",
  },
};
