/** Words about people, as data: what introduces a name, what follows such words and is none, streets, home folders. */

function set(text: string): ReadonlySet<string> {
	return new Set(text.split(" "));
}

/** Words before a name: `patient Jane Roe`. */
export const INTRODUCERS = set(
	"patient customer passenger guest student employee member cardholder beneficiary applicant borrower subscriber recipient tenant resident candidate user profile account caller contact person owner employer doctor signer traveller traveler nominee insured spouse accountholder paziente kunde kundin client dear hello hi assigned signed submitted requested approved holder policyholder shareholder claimant utilisateur utilisatrice usuario usuaria usuário usuária utente benutzer benutzerin nutzer mitarbeiter mitarbeiterin paciente patientin cliente cliënt klant klient gebruiker empleado empleada empleador titular titulaire kontoinhaber karteninhaber użytkownik pacjent bonjour hola",
);
/** Introducers that also stand before things: only a known given name after them is a person. */
export const WEAK_INTRODUCERS = set(
	"user account client contact owner tenant dear hello hi assigned signed submitted requested approved employer member guest resident holder utilisateur utilisatrice usuario usuaria usuário usuária utente benutzer benutzerin nutzer mitarbeiter mitarbeiterin cliente gebruiker titular titulaire użytkownik bonjour hola",
);

/** Introducers whose forms print names in capitals. */
export const FORM_INTRODUCERS = set("patient cardholder accountholder passenger beneficiary insured");

/** Words before a bare name, in forms of several languages: a known given name decides. */
export const BARE_NAMES = set("name nombre nom nome naam navn namn");
/** Words before a date of birth. */
export const BIRTH_WORDS = set(
	"dob born birth birthday birthdate geboren geb geburtsdatum geboortedatum nacido nacida nascido nascida nacimiento nascimento naissance né née",
);

/** Titles before one or more parts of a name. */
export const TITLES = set("mr mrs ms miss mx dr prof herr frau señor señora sr sra monsieur madame mme");

/** Capitalised words after an introducer that make no name: `User Agent`, `Patient Record Not Found`. */
export const NO_NAMES = set(
	"a an the is are was not no and or of for in on at to by with from agent record records service services error errors exception request response id ids name names data api app application account accounts profile manager management model controller repository resource group groups role roles access control portal session token key type table status state code list view page form field registration authentication authorization invalid missing unknown failed failure found created updated deleted support success info information details order orders payment payments address email phone number date event events message queue server client database db interface module component factory provider handler store cache config configuration settings policy pool process job task worker thread class object entity length size retries attempts connections limit count depth width height timeout rate level mode path route index dto already does has have must cannot could should would input output validation internal external public private default null undefined true false http https json xml sql rest grpc graphql get post put delete patch january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday",
);

/** Given names common in many countries: evidence that two capitalised words under a bare `name` are a person. */
export const GIVEN_NAMES = set(
	"aaron adam adrian ahmed aisha alan albert alejandro alex alexander alexandra ali alice alicia amanda amy ana andrea andreas andrew angela anita ann anna anne antonio arjun arthur barbara ben benjamin bernd bob brian carla carlos carmen carol caroline catherine charles charlotte chen chloe chris christian christina christine christopher claire claudia daniel daniela david deborah denise dennis diana diego dmitri donald donna dorothy edward elena elizabeth emily emma eric erik eva fatima felix fernando florian frances francesca francesco francisco frank gabriel george giovanni giulia gloria grace gregory hannah hans heather helen henry hiroshi ibrahim igor ingrid irene isabel isabella ivan jack jacob james jan jane janet jason javier jean jennifer jeremy jessica jim joan joao joe johan johannes john jonas jonathan jorge jose joseph joshua juan juana judith julia julian julie julien jurgen karen karl kate katherine kathleen katja kenneth kevin khalid kim lars laura lauren lena leo leon leonardo linda lisa louis lucas lucia luca luis luisa lukas maria marie marina mario mark markus marta martha martin mary mateo matteo matthew max maximilian megan mehmet mei melissa michael michel michelle miguel mike mohamed mohammed muhammad monika nancy natalia natalie nicholas nicolas nina noah olga oliver olivia omar oscar otto pablo patricia patrick paul paula pavel pedro peter petra philip pierre priya rachel rafael rahul raj ravi rebecca ricardo richard robert roberto roger ronald rosa rui ruth ryan sam samuel sandra sanjay sara sarah scott sebastian sergei sergio sharon silvia simon sofia sophia sophie stefan stefanie stephanie stephen steven susan susanne sven tanja teresa thomas tim timothy tobias tom tomas ursula valentina vera victor victoria vikram vladimir walter wang wei wendy werner william wolfgang xin yan yuki yusuf zhang zoe maría josé jesús andré françois hélène zoé chloé rené jürgen günter günther jörg björn søren lucía sofía martín raúl rubén óscar álvaro inés joão andrés mónica verónica ángel víctor héctor césar iván adrián nicolás sebastián tomás joaquín fátima élodie jérôme stéphane aurélie céline mélanie benoît ève éric gérard rémi cédric frédéric valérie agnès thérèse müge özgür şule ömer abdul abdullah aaliyah abigail ada agnes aiko akira aleksandra alessandro alessia alexey alexis alfred alfredo alison allison alma alvaro amelia amir amit anastasia andre angel angelo anil anika anil anja anton antoine ariana arnaud arne arturo ashley astrid audrey ava axel ayesha beatrice beatriz bella bernard beth betty bianca bill billy bjorn bradley brandon brenda bruno camila camille cecilia cesar chad chiara chiyo christa cindy clara claude claudio colin connor cristina cynthia dan danielle darren dave dean deepak denis derek dieter dirk dmitry dominic dominik douglas duncan dylan eduardo elias elisa ella ellen elsa emanuel emil emilia emilio enrique erica erika ernesto esther ethan eugene evelyn fabio farid faisal federico felicia fiona florence francis franz fred frederik fumiko gabriela gary gerald gerd gerhard gina gordon greta guillaume gustavo haruto harry hassan hector heidi heinz helena helga hugo hussein ian ines ingo irina isaac isla ismail jackson jacques jake jakob jamie jana jared jasmine javed jay jeff jeffrey jenny jens jerry jesse jessie jill joanna joerg joel jochen jonathon jordi josef josephine joyce juergen jun kaito karin karim karina karla kathrin kathryn keith kelly ken kenji klaus krzysztof kyle lakshmi larry leah leila leonard leticia liam lily lina linh ling lorenzo lorena luc luciana ludwig luigi lucy luke lynn mahmoud maja malik manuel manuela marc marcel marco marcos margaret margarita mariana marion marius marlene mathias matthias matthieu maurice maya melanie mia michal mikhail mila min ming mohammad mohsin monica muhammed mustafa nadia naomi natasha nathan neha neil nicola nicole nils nikhil nikita nikolai nora norbert oksana oleg olaf pamela paolo pascal patrik paulo penelope petr phil pia piotr pooja prakash rafaela rainer ralf ralph ramon raymond regina renata renate reza rita rob robin rodrigo roland roman ron rosie rudolf russell ruslan sabine sabrina salma salvatore samantha samir sandy santiago sean sergey shane shreya sigrid silke simone sonia stacy stanislav stefano stella steve stuart sunil suresh sylvie takeshi tamara tania tara tatiana taylor ted theo theodore therese thierry thorsten tina todd toni tony torsten tracy ulrich ulrike uwe valeria vanessa veronica vincent viktor violet virginia vivian wilhelm will xavier yann yasmin yolanda yosef youssef yves zachary zara zeynep zofia",
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
