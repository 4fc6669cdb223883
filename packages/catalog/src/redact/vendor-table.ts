/**
 * Keys whose makers gave them a prefix, as data. Every prefix is from the maker's own documentation of its key format
 * or of its secret-scanning partnership. A key is the prefix, then at least `min` (at most `max`) characters of
 * `body`, standing alone: neither side is a letter or digit.
 */
import type { RedactionType } from "./spans.ts";

/** `alnum`; `word` adds `_` and `-`; `dotted` adds `.` to that; `lower` a-z and 0-9; `upper` A-Z and 0-9; `base64` adds `+/=` to `word`. */
export type Body = "alnum" | "word" | "dotted" | "lower" | "upper" | "base64";

export interface VendorKey {
	readonly maker: string;
	readonly prefixes: readonly string[];
	readonly body: Body;
	readonly min: number;
	readonly max?: number;
	/** The prefix is nobody's word: any body will do. Otherwise it must look drawn at random. */
	readonly sure?: true;
	/** Default `api_key`. */
	readonly type?: RedactionType;
}

function list(text: string): string[] {
	return text.split(" ");
}

export const VENDOR_KEYS: readonly VendorKey[] = [
	{
		maker: "AWS access key ids (IAM: unique identifiers)",
		prefixes: list("AKIA ASIA ABIA ACCA"),
		body: "upper",
		min: 16,
		max: 16,
	},
	{ maker: "AWS Bedrock API keys", prefixes: list("ABSK bedrock-api-key-"), body: "base64", min: 32 },
	{
		maker: "GitHub tokens",
		sure: true,
		prefixes: list("ghp_ gho_ ghu_ ghs_ ghr_"),
		body: "word",
		min: 20,
		type: "token",
	},
	{ maker: "GitHub fine-grained tokens", sure: true, prefixes: ["github_pat_"], body: "word", min: 20, type: "token" },
	{
		maker: "GitLab tokens",
		sure: true,
		prefixes: list("glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- gloas- GR1348941"),
		body: "dotted",
		min: 16,
		type: "token",
	},
	{
		maker: "Slack tokens",
		sure: true,
		prefixes: list("xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxc- xoxd- xoxe- xoxe.xoxp- xoxe.xoxb- xapp- xwfp-"),
		body: "dotted",
		min: 10,
		type: "token",
	},
	{
		maker: "Stripe secret and restricted keys",
		sure: true,
		prefixes: list("sk_live_ sk_test_ rk_live_ rk_test_ sk_org_ sk_prod_"),
		body: "alnum",
		min: 10,
	},
	{
		maker: "Stripe, Svix and Standard Webhooks secrets",
		prefixes: list("whsec_ whsk_"),
		body: "base64",
		min: 16,
		type: "secret",
	},
	{ maker: "Google API keys", sure: true, prefixes: ["AIza"], body: "word", min: 30 },
	{ maker: "Google OAuth access tokens", sure: true, prefixes: ["ya29."], body: "dotted", min: 16, type: "token" },
	{ maker: "Google OAuth client secrets", sure: true, prefixes: ["GOCSPX-"], body: "word", min: 16, type: "secret" },
	{ maker: "Google OAuth refresh tokens and codes", prefixes: list("1//0 4/0"), body: "word", min: 16, type: "token" },
	{ maker: "Google HMAC keys", prefixes: list("GOOG1E GOOG1"), body: "upper", min: 20 },
	{ maker: "SendGrid", sure: true, prefixes: ["SG."], body: "dotted", min: 40 },
	{ maker: "Twilio API keys", sure: true, prefixes: ["SK"], body: "lower", min: 32, max: 32 },
	{ maker: "Mailgun", sure: true, prefixes: list("key- pubkey-"), body: "lower", min: 32, max: 32 },
	{ maker: "Brevo", prefixes: list("xkeysib- xsmtpsib-"), body: "word", min: 32 },
	{ maker: "Resend", prefixes: ["re_"], body: "word", min: 30 },
	{ maker: "Postmark, Mandrill", prefixes: ["md-"], body: "word", min: 22, max: 22 },
	{
		maker: "OpenAI and makers of compatible APIs",
		prefixes: list("sk-proj- sk-svcacct- sk-admin- sk-None- sk-or-v1- sk-lf- sk-"),
		body: "word",
		min: 20,
	},
	{ maker: "Anthropic", sure: true, prefixes: ["sk-ant-"], body: "word", min: 16 },
	{ maker: "Hugging Face", prefixes: list("hf_ api_org_"), body: "alnum", min: 30, type: "token" },
	{ maker: "Groq", sure: true, prefixes: ["gsk_"], body: "alnum", min: 30 },
	{ maker: "xAI", prefixes: ["xai-"], body: "word", min: 40 },
	{ maker: "Perplexity", prefixes: ["pplx-"], body: "alnum", min: 32 },
	{ maker: "Replicate", prefixes: ["r8_"], body: "alnum", min: 30 },
	{ maker: "LangSmith", prefixes: list("lsv2_pt_ lsv2_sk_"), body: "word", min: 30 },
	{ maker: "Tavily, Pinecone, NVIDIA, Fireworks", prefixes: list("tvly- pcsk_ nvapi- fw_"), body: "word", min: 20 },
	{ maker: "npm", sure: true, prefixes: ["npm_"], body: "alnum", min: 30, type: "token" },
	{ maker: "PyPI", sure: true, prefixes: list("pypi-AgE pypi-"), body: "word", min: 40, type: "token" },
	{ maker: "RubyGems", sure: true, prefixes: ["rubygems_"], body: "lower", min: 32 },
	{ maker: "NuGet", prefixes: ["oy2"], body: "alnum", min: 43, max: 43 },
	{ maker: "crates.io", prefixes: ["cio"], body: "alnum", min: 32, max: 32 },
	{ maker: "Clojars", prefixes: ["CLOJARS_"], body: "alnum", min: 50 },
	{ maker: "Docker Hub", sure: true, prefixes: list("dckr_pat_ dckr_oat_"), body: "word", min: 20, type: "token" },
	{ maker: "Databricks", sure: true, prefixes: list("dapi dkea dose"), body: "lower", min: 32, max: 34, type: "token" },
	{
		maker: "DigitalOcean",
		sure: true,
		prefixes: list("dop_v1_ doo_v1_ dor_v1_"),
		body: "lower",
		min: 40,
		type: "token",
	},
	{ maker: "Heroku", prefixes: ["HRKU-"], body: "word", min: 30 },
	{
		maker: "Shopify",
		sure: true,
		prefixes: list("shpat_ shpca_ shppa_ shpss_ shptka_"),
		body: "alnum",
		min: 20,
		type: "token",
	},
	{ maker: "Square", prefixes: list("sq0atp- sq0csp- sq0idp- EAAAE EAAAl"), body: "word", min: 20, type: "token" },
	{
		maker: "Meta access tokens",
		prefixes: list("EAAG EAAC EAAB EAAJ EAAD EAAE EAAF EAAH"),
		body: "alnum",
		min: 24,
		type: "token",
	},
	{
		maker: "PayPal and Braintree",
		prefixes: list("access_token$production$ access_token$sandbox$"),
		body: "alnum",
		min: 16,
	},
	{ maker: "Adyen", prefixes: list("AQE AQF"), body: "base64", min: 60 },
	{
		maker: "Plaid",
		prefixes: list("access-sandbox- access-development- access-production-"),
		body: "word",
		min: 32,
		type: "token",
	},
	{ maker: "Razorpay", prefixes: list("rzp_live_ rzp_test_"), body: "alnum", min: 10 },
	{ maker: "Flutterwave, Paystack", prefixes: list("FLWSECK- FLWSECK_TEST- FLWSECK_"), body: "word", min: 12 },
	{ maker: "Atlassian", prefixes: list("ATATT3 ATCTT3 ATBB"), body: "base64", min: 20, type: "token" },
	{ maker: "Linear", sure: true, prefixes: list("lin_api_ lin_oauth_"), body: "alnum", min: 20 },
	{ maker: "Notion", prefixes: list("ntn_ secret_"), body: "alnum", min: 40, type: "token" },
	{ maker: "Figma", sure: true, prefixes: list("figd_ figdr_ figo_"), body: "word", min: 20, type: "token" },
	{ maker: "Airtable", prefixes: ["pat"], body: "dotted", min: 76, type: "token" },
	{ maker: "Asana", prefixes: ["2/"], body: "lower", min: 32, type: "token" },
	{ maker: "Dropbox", prefixes: list("sl.u. sl."), body: "dotted", min: 60, type: "token" },
	{ maker: "Postman", sure: true, prefixes: list("PMAK- PMAT-"), body: "word", min: 20 },
	{ maker: "New Relic", sure: true, prefixes: list("NRAK- NRII- NRAA- NRBR-"), body: "word", min: 16 },
	{ maker: "Grafana", sure: true, prefixes: list("glsa_ glc_ eyJrIjoi"), body: "base64", min: 20, type: "token" },
	{ maker: "Sentry", sure: true, prefixes: list("sntrys_ sntryu_"), body: "base64", min: 20, type: "token" },
	{ maker: "Datadog", prefixes: list("ddapp_ ddpat_"), body: "alnum", min: 30 },
	{ maker: "Dynatrace", sure: true, prefixes: list("dt0c01. dt0s01. dt0s16."), body: "dotted", min: 24, type: "token" },
	{ maker: "HashiCorp Vault", sure: true, prefixes: list("hvs. hvb. hvr."), body: "dotted", min: 20, type: "token" },
	{
		maker: "Doppler",
		prefixes: list("dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit."),
		body: "dotted",
		min: 20,
		type: "token",
	},
	{ maker: "Pulumi", prefixes: ["pul-"], body: "lower", min: 40, max: 40, type: "token" },
	{ maker: "1Password", prefixes: ["ops_"], body: "base64", min: 60, type: "token" },
	{
		maker: "Infisical, Bitwarden, age",
		prefixes: list("st. AGE-SECRET-KEY-1"),
		body: "dotted",
		min: 50,
		type: "secret",
	},
	{
		maker: "PlanetScale",
		sure: true,
		prefixes: list("pscale_tkn_ pscale_pw_ pscale_oauth_"),
		body: "dotted",
		min: 20,
		type: "password",
	},
	{ maker: "Supabase", sure: true, prefixes: list("sbp_ sb_secret_"), body: "word", min: 20 },
	{ maker: "Neon, Turso, Upstash", prefixes: list("napi_ AVNS_"), body: "word", min: 16 },
	{
		maker: "Vercel, Netlify, Fly, Render, Railway",
		prefixes: list("vcp_ vci_ vca_ vcr_ nfp_ nfc_ nfo_ rnd_ fo1_"),
		body: "word",
		min: 20,
		type: "token",
	},
	{ maker: "Fly macaroons", prefixes: list("fm1_ fm1r_ fm2_"), body: "base64", min: 40, type: "token" },
	{ maker: "Cloudflare", prefixes: list("cfut_ cfat_ cfk_ v1.0-"), body: "word", min: 32, type: "token" },
	{ maker: "Tailscale", sure: true, prefixes: ["tskey-"], body: "word", min: 20 },
	{
		maker: "Buildkite, CircleCI, Prefect, Readme, Typeform",
		prefixes: list("bkua_ bkaj_ CCIPAT_ CCIPRJ_ pnu_ rdme_ tfp_"),
		body: "word",
		min: 20,
		type: "token",
	},
	{ maker: "Firebase Cloud Messaging registration tokens", prefixes: ["APA91b"], body: "word", min: 20, type: "token" },
	{ maker: "Contentful, Sanity, Storyblok", prefixes: ["CFPAT-"], body: "word", min: 30, type: "token" },
	{
		maker: "EasyPost, Shippo, Duffel, Lob",
		prefixes: list("EZAK EZTK shippo_live_ shippo_test_ duffel_live_ duffel_test_"),
		body: "word",
		min: 30,
	},
	{ maker: "Mapbox secret tokens", prefixes: ["sk.eyJ"], body: "dotted", min: 40, type: "token" },
	{ maker: "Alibaba Cloud", prefixes: ["LTAI"], body: "alnum", min: 12, max: 26 },
	{ maker: "Tencent Cloud", prefixes: ["AKID"], body: "alnum", min: 28 },
	{ maker: "Yandex Cloud", prefixes: list("AQVN YCAJ t1."), body: "dotted", min: 35 },
	{
		maker: "Wise, Monzo, Starling and other OAuth",
		prefixes: list("oauth2v2_ eyJvdCI6"),
		body: "word",
		min: 32,
		type: "token",
	},
	{ maker: "Salesforce, Okta, JFrog", prefixes: list("AKCp cmVmdGtuO"), body: "alnum", min: 40, type: "token" },
	{
		maker: "Discord MFA, Matrix, Telegram Mini Apps",
		prefixes: list("mfa. syt_"),
		body: "word",
		min: 40,
		type: "token",
	},
	{ maker: "X (Twitter) app tokens", prefixes: ["AAAAAAAAAAAAAAAAAAAAA"], body: "base64", min: 40, type: "token" },
	{ maker: "Posthog", prefixes: list("phc_ phx_ pha_ phs_"), body: "alnum", min: 30 },
];
