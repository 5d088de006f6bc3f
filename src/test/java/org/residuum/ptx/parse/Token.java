package org.residuum.ptx.parse;

/** One word, string or punctuation mark of PTX text, with where it stands. */
record Token(Kind kind, String text, int line, int start, int end) {
  enum Kind {
    WORD,
    STRING,
    MARK,
    END
  }

  boolean is(String expected) {
    return kind != Kind.STRING && text.equals(expected);
  }

  boolean isDirective() {
    return kind == Kind.WORD && text.startsWith(".");
  }
}
