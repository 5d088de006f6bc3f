package org.residuum.ptx.parse;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the directives at the top level of a PTX text. */
final class ModuleParser {
  private static final Set<String> LINKAGE =
      Set.of(".visible", ".weak", ".common", ".extern", ".toolchain");

  final Map<String, Function> functions = new LinkedHashMap<>();
  final Map<String, Variable> variables = new LinkedHashMap<>();
  String version = "";
  String target = "";
  private final TokenStream in;

  ModuleParser(String text) {
    in = new TokenStream(text);
  }

  ModuleParser parse() {
    while (!in.atEnd()) {
      topLevel();
    }
    if (version.isEmpty()) {
      throw new PtxException(1, "no .version directive: this is not PTX text");
    }
    return this;
  }

  private void topLevel() {
    boolean external = false;
    while (LINKAGE.contains(in.peek().text())) {
      external |= in.next().is(".extern");
    }
    Token token = in.next();
    switch (token.text()) {
      case ".version" -> version = in.word();
      case ".target" -> target();
      case ".address_size" -> addressSize();
      case ".file", ".loc" -> in.skipLine();
      case ".section" -> section();
      case ".pragma" -> in.skipStatement();
      case ".entry", ".func" -> function(token.is(".entry"));
      case ".global", ".const", ".shared" -> variables(token.text().substring(1), external);
      default ->
          throw new PtxException(token.line(), "unsupported directive '" + token.text() + "'");
    }
  }

  private void target() {
    target = in.word();
    while (in.take(",")) {
      in.word();
    }
  }

  private void addressSize() {
    Token size = in.next();
    if (!size.is("64")) {
      throw new PtxException(size.line(), "address size " + size.text() + ": only 64 is known");
    }
  }

  private void section() {
    in.word();
    in.skipBraces();
  }

  private void function(boolean entry) {
    Function function = new FunctionParser(in).parse(entry);
    Function before = functions.get(function.name);
    if (before == null || !before.defined) {
      functions.put(function.name, function);
    }
  }

  private void variables(String space, boolean external) {
    DeclarationParser declarations = new DeclarationParser(in, new OperandParser(in, name -> name));
    do {
      Variable variable = declarations.variable(space, external);
      variables.put(variable.name(), variable);
    } while (in.take(","));
    in.expect(";");
  }
}
