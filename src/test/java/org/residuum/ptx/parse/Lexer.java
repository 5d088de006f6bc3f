package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.List;

/** Cuts PTX text into tokens; an opcode with its modifiers, or a register name, is one word. */
final class Lexer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    while (lexer.skipBlanks()) {
      lexer.next();
    }
    lexer.add(Token.Kind.END, lexer.position, lexer.position);
    return lexer.tokens;
  }

  private boolean skipBlanks() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (text.startsWith("//", position)) {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", position)) {
        skipComment();
      } else if (Character.isWhitespace(c) || c == '\0') {
        line += c == '\n' ? 1 : 0;
        position++;
      } else {
        return true;
      }
    }
    return false;
  }

  private void skipComment() {
    int end = text.indexOf("*/", position + 2);
    if (end < 0) {
      throw new PtxException(line, "a /* comment is not closed");
    }
    line += (int) text.substring(position, end).chars().filter(c -> c == '\n').count();
    position = end + 2;
  }

  private void next() {
    int start = position;
    if (text.charAt(start) == '"') {
      int end = text.indexOf('"', start + 1);
      if (end < 0) {
        throw new PtxException(line, "a string is not closed");
      }
      position = end + 1;
      add(Token.Kind.STRING, start, position);
    } else if (wordPart(start)) {
      // .reg.b32 is two directives, while an opcode keeps its modifiers.
      boolean directive = text.charAt(start) == '.';
      position++;
      while (position < text.length()
          && (wordPart(position) || scope(position))
          && !(directive && text.charAt(position) == '.')) {
        position += scope(position) ? 2 : 1;
      }
      add(Token.Kind.WORD, start, position);
    } else {
      position++;
      add(Token.Kind.MARK, start, position);
    }
  }

  private boolean wordPart(int at) {
    char c = text.charAt(at);
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '%' || c == '.';
  }

  /** Whether {@code ::}, as in {@code .shared::cta}, stands at this position. */
  private boolean scope(int at) {
    return text.startsWith("::", at);
  }

  private void add(Token.Kind kind, int start, int end) {
    tokens.add(new Token(kind, text.substring(start, end), line, start, end));
  }
}
