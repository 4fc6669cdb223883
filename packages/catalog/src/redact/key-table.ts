/**
 * Which keys give their value away, as data. A term is the end of a key, its words joined: `apikey` speaks for
 * `api_key`, `X-Api-Key`, `openaiApiKey` and `env.API KEY`; the longest end that is listed decides.
 */
import type { RedactionType } from "./spans.ts";

/**
 * How sure a key makes us of its value.
 * - `always`: secrets; the whole value goes, unless it is a placeholder or prose about the secret
 * - `shaped`: goes when the value has the shape of its type (a phone has digits, a name has letters)
 * - `opaque`: goes only when it looks random (`sid`, `sig`)
 */
export type Certainty = "always" | "shaped" | "opaque";

export interface KeyRule {
	readonly type: RedactionType;
	readonly certainty: Certainty;
	readonly terms: readonly string[];
	/** Why these keys, or where the names come from. */
	readonly why: string;
}

function terms(text: string): string[] {
	return text.split(" ");
}

export const KEY_RULES: readonly KeyRule[] = [
	{
		type: "password",
		certainty: "always",
		terms: terms(
			"password passwd pwd pw pass passphrase passcode passwort kennwort contrasena senha motdepasse psk wpapsk presharedkey userpassword passwordhash pgpassword mysqlpwd rootpw bindpw sshpass storepass keypass",
		),
		why: "what a person or a service signs in with",
	},
	{
		type: "secret",
		certainty: "always",
		terms: terms(
			"secret secrets clientsecret appsecret sharedsecret secretvalue webhooksecret jwtsecret secretkeybase cookiesecret sessionsecret totpsecret mnemonic seedphrase recoveryphrase recoverycode recoverycodes securityanswer secretanswer backupcode backupcodes credentials",
		),
		why: "shared secrets (RFC 6749 client_secret), wallets' seed phrases, recovery codes",
	},
	{
		type: "api_key",
		certainty: "always",
		terms: terms(
			"apikey apikeys xapikey appkey applicationkey accesskey accesskeyid accesskeysecret secretaccesskey secretkey secretid accountkey sharedkey sharedaccesskey sharedaccesssignature subscriptionkey functionskey masterkey servicekey serverkey authkey authenticationkey licensekey writekey ingestkey signingkey signingsecret encryptionkey decryptionkey storagekey functionkey instrumentationkey storageaccountkey anonkey servicerolekey deploykey honeycombteam",
		),
		why: "AWS, Azure, GCP, Firebase, Segment, Datadog and their kind name keys so",
	},
	{
		type: "private_key",
		certainty: "always",
		terms: terms(
			"privatekey privatekeypem rsaprivatekey sshkey sshprivatekey keymaterial privkey pem pkcs8 clientkeydata",
		),
		why: "RFC 7468 private keys in configuration",
	},
	{
		type: "token",
		certainty: "always",
		terms: terms(
			"token tokens accesstoken refreshtoken idtoken authtoken bearertoken bearer oauthtoken securitytoken sessiontoken apitoken personalaccesstoken csrf xsrf csrftoken xsrftoken csrfmiddlewaretoken authenticitytoken requestverificationtoken resettoken invitetoken magiclink jwt clientassertion samlresponse samlassertion ticketgrantingticket pushtoken devicetoken fcmtoken registrationtoken idtokenhint ssotoken",
		),
		why: "RFC 6749, OpenID Connect, SAML, CSRF and push tokens act for their holder",
	},
	{
		type: "authorization",
		certainty: "always",
		terms: terms("authorization proxyauthorization authorizationheader authheader wwwauthorization"),
		why: "RFC 9110, 11.6.2",
	},
	{
		type: "cookie",
		certainty: "always",
		terms: terms("cookie cookies setcookie setcookie2 xcookie cookieheader"),
		why: "RFC 6265: cookies carry sessions",
	},
	{
		type: "session",
		certainty: "always",
		terms: terms(
			"sessionid previoussessionid sessionpreviousid sessid sessionkey phpsessid jsessionid aspsessionid aspnetsessionid connectsid sessioncookie sessionhash cfid cftoken",
		),
		why: "whoever holds the id of a session is its user; semantic conventions' session.id",
	},
	{
		type: "session",
		certainty: "opaque",
		terms: terms("sid session sess"),
		why: "also words for other things: goes only when random",
	},
	{
		type: "signature",
		certainty: "opaque",
		terms: terms(
			"signature sig xamzsignature xgoogsignature amzsignature hmac xhubsignature xhubsignature256 oauthsignature requestsignature",
		),
		why: "signed URLs and requests are bearer credentials until they expire",
	},
	{
		type: "otp",
		certainty: "always",
		terms: terms(
			"otp otpcode totp totpcode mfacode mfatoken twofactorcode 2facode verificationcode verifycode confirmationcode smscode onetimecode onetimepassword onetimepasscode logincode securecode pin pincode userpin",
		),
		why: "one-time codes and PINs",
	},
	{
		type: "authorization",
		certainty: "opaque",
		terms: terms("auth"),
		why: "Docker's config.json holds `auth: base64(user:password)`; elsewhere `auth` is a word",
	},
	{
		type: "oauth_code",
		certainty: "opaque",
		terms: terms("authorizationcode oauthcode codeverifier devicecode credential"),
		why: "RFC 6749, 4.1.2 and RFC 7636",
	},
	{
		type: "cvc",
		certainty: "always",
		terms: terms("cvc cvv cvc2 cvv2 cvn csc cardcode cardsecuritycode securitycode cardcvc cardcvv verificationvalue"),
		why: "PCI DSS forbids keeping it",
	},
	{
		type: "card",
		certainty: "shaped",
		terms: terms(
			"card cardnumber cardno cardnum creditcard creditcardnumber ccnumber ccnum cc ccn debitcard pan primaryaccountnumber",
		),
		why: "PCI DSS primary account number",
	},
	{
		type: "iban",
		certainty: "shaped",
		terms: terms("iban ibannumber debtoriban creditoriban"),
		why: "ISO 13616",
	},
	{
		type: "bank_account",
		certainty: "shaped",
		terms: terms(
			"accountnumber accountno acctnumber acctno bankaccount bankaccountnumber routingnumber sortcode kontonummer clabe",
		),
		why: "national account numbers have no common check",
	},
	{
		type: "email",
		certainty: "shaped",
		terms: terms("email mail emailaddress mailaddress useremail replyto"),
		why: "for values that no finder would take for an address",
	},
	{
		type: "phone",
		certainty: "shaped",
		terms: terms(
			"phone phonenumber phoneno telephone telephonenumber tel mobile mobilenumber mobileno mobilephone cell cellphone cellnumber msisdn fax faxnumber whatsapp homephone workphone contactnumber handynummer telefon telefono",
		),
		why: "national forms need the key as evidence",
	},
	{
		type: "name",
		certainty: "shaped",
		terms: terms(
			"firstname lastname fullname givenname familyname middlename maidenname surname forename legalname birthname nameoncard cardholder cardholdername accountholder accountholdername holdername patientname customername employeename contactname recipientname personname beneficiaryname passengername guestname studentname clientname membername billingname shippingname realname vorname nachname prenom apellido apellidos nombrecompleto",
		),
		why: "fields that hold a person's name",
	},
	{
		type: "dob",
		certainty: "shaped",
		terms: terms(
			"dob birthdate dateofbirth birthday birthdt bday geburtsdatum datenaissance fechanacimiento datanascimento birthyear yearofbirth",
		),
		why: "fields that hold a date of birth",
	},
	{
		type: "address",
		certainty: "shaped",
		terms: terms(
			"streetaddress street addressline addressline1 addressline2 address1 address2 addressstreet homeaddress postaladdress mailingaddress shippingaddress billingaddress residentialaddress deliveryaddress address addr postcode postalcode zipcode zip strasse",
		),
		why: "fields that hold where a person lives; an address of a machine has another shape",
	},
	{
		type: "national_id",
		certainty: "shaped",
		terms: terms(
			"ssn socialsecuritynumber socialsecurity nationalid nationalidnumber nationalidentifier nationalinsurancenumber nino taxid taxidentifier taxidnumber taxpayerid tin itin tfn sin socialinsurancenumber cpf dni nie nif curp pesel bsn aadhaar aadhar aadhaarnumber pancard pannumber personnummer personalnumber fodselsnummer cpr hetu nhsnumber identitynumber idnumber identitycard idcard idcardnumber steuerid steueridentifikationsnummer codicefiscale rut rfc nric mykad rrn citizenid personid medicarenumber driverslicense driverlicense drivinglicence driverslicensenumber licenceno driverlicensenumber cnpj insz niss rijksregisternummer oib nir rvnr svnr ahv mbi medicare mrn medicalrecordnumber healthinsurancenumber egn amka pps ppsn cuil cuit cnp nik fnr tckn",
		),
		why: "fields that hold a state's number for a person",
	},
	{
		type: "passport",
		certainty: "shaped",
		terms: terms("passport passportnumber passportno passportid"),
		why: "passport numbers have no common check",
	},
	{
		type: "device",
		certainty: "shaped",
		terms: terms("imei imsi iccid meid advertisingid idfa gaid"),
		why: "3GPP TS 23.003; advertising ids follow a person",
	},
];

/**
 * Ends of keys that look like one above and are not: counters, cursors, names of secrets, kinds of tokens. Longest end
 * decides, so `nextPageToken` finds `pagetoken` here before `token` above.
 */
export const HARMLESS_TERMS: readonly string[] = terms(
	"xamzcredential xgoogcredential pagetoken nexttoken nextpagetoken continuationtoken paginationtoken synctoken cursortoken resumetoken starttoken unexpectedtoken invalidtokentype cancellationtoken canceltoken concurrencytoken idempotencytoken prompttokens completiontokens totaltokens maxtokens inputtokens outputtokens maxcompletiontokens cachedtokens reasoningtokens usagetokens tokenstotal remainingtokens antiforgerytokenname primarykey publickey foreignkey partitionkey cachekey sortkey routingkey idempotencykey objectkey keycookie hashmac macaddress hwmac ethmac mediatype contentmac commithash githash contenthash filehash blockhash txhash roothash imagehash buildhash treehash basehash fullhash filename hostname bypass compass trustpass nopass firstpass secondpass renderpass multipass onepass twopass pinset gpiopin ledpin ipaddress ipaddr serveraddress peeraddress hostaddress remoteaddress clientaddress sourceaddress destinationaddress localaddress listenaddress bindaddress networkpeeraddress websiteaddress walletaddress contractaddress memoryaddress remoteaddr serveraddr httpcookie postcard wildcard discard standardcard scorecard dashcard idcardtype hostsession sessionname serverhash",
);

/** Words at a key's end that say how the value is written, not what it is. */
export const QUALIFIERS: ReadonlySet<string> = new Set(
	terms(
		"value raw plain plaintext cleartext base64 b64 encoded string str text header input field new old current confirm confirmation confirmed repeat again encrypted enc param 1 2 3",
	),
);

/** Last words of keys in prose that mean something only with the words before: `card number`, `api key`, `date of birth`. */
export const MORE_WORDS: ReadonlySet<string> = new Set(
	terms("key number no id code name birth phrase account token holder fiscale line value"),
);

/** `<word>.name`, `<word>_name`, and `name` inside an object called so, hold a person's name. */
export const PERSON_WORDS: ReadonlySet<string> = new Set(
	terms(
		"user customer patient person employee contact member student passenger guest recipient sender cardholder holder beneficiary payer payee subscriber applicant buyer doctor physician nurse spouse mother father insured debtor creditor signer nominee enduser author assignee owner borrower traveler traveller resident candidate",
	),
);

/** Keys of addresses that a program connects to or listens on: an IP below one stays. */
export const PEER_KEYS: readonly string[] = terms(
	"server serveraddress servername host hostname hosts hostip upstream endpoint backend node broker listen bind bindaddress listenaddress localaddress localaddr dbhost redishost gateway nameserver dns resolver target destinationaddress destination dst dstip hostaddress proxy peerservice cluster nodeip podip hostport origin url uri serverip serveraddr master replica primary leader bootstrapservers nodename networklocaladdress nethostip nethostname netpeername",
);

/** Below a secret key, what describes the secret: `token: { type, expires_in }`. */
export const DESCRIBES: ReadonlySet<string> = new Set(
	terms(
		"type name kind scope scopes issuer expires expiry expiration exp iat nbf ttl in at length count created updated alg algorithm version status path domain secure httponly samesite enabled provider",
	),
);

/** Keys of paths and routes of HTTP: a `/home/...` below one is no folder. */
export const ROUTE_KEYS: readonly string[] = terms(
	"urlpath httptarget httproute route requestpath requesturi pathname endpoint",
);

/** Keys of maps that say nothing of what they hold: a bare `name` below one may be a person's. */
export const PLAIN_PARENTS: readonly string[] = terms(
	"data body payload input record item request params form fields values args attributes",
);

/** Keys of versions: a dotted number below one is no address. */
export const VERSION_WORDS: readonly string[] = terms(
	"version versions ver v build release rev revision driver firmware engine sdk runtime agent kernel patch oid useragent schema",
);
