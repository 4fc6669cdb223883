/** Words about people, as data: what introduces a name, what follows such words and is none, streets, home folders. */

function set(text: string): ReadonlySet<string> {
	return new Set(text.split(" "));
}

/** Words before a name: `patient Jane Roe`. */
export const INTRODUCERS = set(
	"patient customer passenger guest student employee member cardholder beneficiary applicant borrower subscriber recipient tenant resident candidate user profile account caller contact person owner employer doctor signer traveller traveler nominee insured spouse accountholder paziente kunde kundin client dear hello hi assigned signed submitted requested approved",
);
/** Introducers that also stand before things: only a known given name after them is a person. */
export const WEAK_INTRODUCERS = set(
	"user account client contact owner tenant dear hello hi assigned signed submitted requested approved employer member guest resident",
);

/** Introducers whose forms print names in capitals. */
export const FORM_INTRODUCERS = set("patient cardholder accountholder passenger beneficiary insured");

/** Titles before one or more parts of a name. */
export const TITLES = set("mr mrs ms miss mx dr prof herr frau señor señora sr sra monsieur madame mme");

/** Capitalised words after an introducer that make no name: `User Agent`, `Patient Record Not Found`. */
export const NO_NAMES = set(
	"a an the is are was not no and or of for in on at to by with from agent record records service services error errors exception request response id ids name names data api app application account accounts profile manager management model controller repository resource group groups role roles access control portal session token key type table status state code list view page form field registration authentication authorization invalid missing unknown failed failure found created updated deleted support success info information details order orders payment payments address email phone number date event events message queue server client database db interface module component factory provider handler store cache config configuration settings policy pool process job task worker thread class object entity dto already does has have must cannot could should would input output validation internal external public private default null undefined true false http https json xml sql rest grpc graphql get post put delete patch january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday",
);

/** Given names common in many countries: evidence that two capitalised words under a bare `name` are a person. */
export const GIVEN_NAMES = set(
	"aaron adam adrian ahmed aisha alan albert alejandro alex alexander alexandra ali alice alicia amanda amy ana andrea andreas andrew angela anita ann anna anne antonio arjun arthur barbara ben benjamin bernd bob brian carla carlos carmen carol caroline catherine charles charlotte chen chloe chris christian christina christine christopher claire claudia daniel daniela david deborah denise dennis diana diego dmitri donald donna dorothy edward elena elizabeth emily emma eric erik eva fatima felix fernando florian frances francesca francesco francisco frank gabriel george giovanni giulia gloria grace gregory hannah hans heather helen henry hiroshi ibrahim igor ingrid irene isabel isabella ivan jack jacob james jan jane janet jason javier jean jennifer jeremy jessica jim joan joao joe johan johannes john jonas jonathan jorge jose joseph joshua juan juana judith julia julian julie julien jurgen karen karl kate katherine kathleen katja kenneth kevin khalid kim lars laura lauren lena leo leon leonardo linda lisa louis lucas lucia luca luis luisa lukas maria marie marina mario mark markus marta martha martin mary mateo matteo matthew max maximilian megan mehmet mei melissa michael michel michelle miguel mike mohamed mohammed muhammad monika nancy natalia natalie nicholas nicolas nina noah olga oliver olivia omar oscar otto pablo patricia patrick paul paula pavel pedro peter petra philip pierre priya rachel rafael rahul raj ravi rebecca ricardo richard robert roberto roger ronald rosa rui ruth ryan sam samuel sandra sanjay sara sarah scott sebastian sergei sergio sharon silvia simon sofia sophia sophie stefan stefanie stephanie stephen steven susan susanne sven tanja teresa thomas tim timothy tobias tom tomas ursula valentina vera victor victoria vikram vladimir walter wang wei wendy werner william wolfgang xin yan yuki yusuf zhang zoe",
);

/** Kinds of streets after their name, and before it. */
export const STREETS_AFTER = set(
	"street st road rd avenue ave lane ln drive dr boulevard blvd court ct place pl square sq terrace way highway hwy crescent close parkway pkwy",
);
export const STREETS_BEFORE = set(
	"rue avenue calle via rua plaza piazza paseo boulevard ulica strada carrer avenida viale",
);

/** Folders under `/home` and `/Users` that are no person's. */
export const SERVICE_HOMES = set(
	"root runner ubuntu debian centos fedora admin administrator ec2-user node app apps user users vscode circleci gitpod codespace runneradmin public default shared all linuxbrew deploy deployer deployment jenkins build builder git gitlab-runner travis vagrant azureuser www-data www nginx nobody service services worker workspace web site sites server docker container containers nonroot appuser opc pi ci bitnami coder jovyan airflow spark hadoop hdfs kafka elasticsearch postgres mysql redis mongodb rails python ruby java dotnet php go pptruser containeruser containeradministrator cloudshell vsts vsonline sandbox sbx_user1051 webapp heroku railway render dev test tmp data defaultuser",
);
