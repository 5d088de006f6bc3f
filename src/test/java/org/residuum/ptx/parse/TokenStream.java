package org.residuum.ptx.parse;

import java.util.List;

/** A cursor over the tokens of a PTX text. */
final class TokenStream {
  private final String text;
  private final List<Token> tokens;
  private int position;

  TokenStream(String text) {
    this.text = text;
    this.tokens = Lexer.tokens(text);
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  Token next() {
    return tokens.get(position == tokens.size() - 1 ? position : position++);
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  boolean at(String expected) {
    return peek().is(expected);
  }

  boolean take(String expected) {
    boolean there = at(expected);
    if (there) {
      next();
    }
    return there;
  }

  Token expect(String expected) {
    Token token = next();
    if (!token.is(expected)) {
      throw new PtxException(
          token.line(), "expected '" + expected + "' and found '" + token.text() + "'");
    }
    return token;
  }

  String word() {
    Token token = next();
    if (token.kind() != Token.Kind.WORD) {
      throw new PtxException(token.line(), "expected a name and found '" + token.text() + "'");
    }
    return token.text();
  }

  /** Skips to just after the {@code ;} that ends the statement. */
  void skipStatement() {
    while (!atEnd() && !take(";")) {
      next();
    }
  }

  /** Skips a line, for debugging directives that end without a mark. */
  void skipLine() {
    int line = peek().line();
    while (!atEnd() && peek().line() == line) {
      next();
    }
  }

  /** Skips a braced block, its braces included. */
  void skipBraces() {
    int depth = 0;
    do {
      Token token = next();
      depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
    } while (depth > 0 && !atEnd());
  }

  /** The text from {@code first} to {@code last}, blanks folded. */
  String between(Token first, Token last) {
    return text.substring(first.start(), last.start()).replaceAll("\\s+", " ").trim();
  }
}
