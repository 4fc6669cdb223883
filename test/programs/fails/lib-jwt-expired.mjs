import jwt from "jsonwebtoken";

try {
	jwt.verify(jwt.sign({ exp: 1 }, "k"), "k");
} catch (error) {
	console.error("failed:", error);
}
