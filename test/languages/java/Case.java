package orders;

/**
 * What fails, and how a service tells of it.
 *
 * @param name of its root span, by which tests find what became of it
 */
record Case(String name, Report report, Failing work) {
	/** Error and warning log with the exception; TEXT puts its message into the line, JSON into a JSON line, JUL speaks
	 * through java.util.logging; SPAN records it on the span alone, BOTH logs it and records it. */
	enum Report { ERROR, WARNING, TEXT, JSON, JUL, SPAN, BOTH }

	interface Failing {
		Object run() throws Throwable;
	}

	static Case of(String name, Failing work) {
		return new Case(name, Report.ERROR, work);
	}
}
