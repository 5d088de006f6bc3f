package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads one {@code .entry} or {@code .func}. */
final class FunctionParser {
  private final TokenStream in;
  private final Scopes scopes = new Scopes();
  private final OperandParser operands;
  private final DeclarationParser declarations;
  private Function function;

  FunctionParser(TokenStream in) {
    this.in = in;
    this.operands = new OperandParser(in, scopes::resolve);
    this.declarations = new DeclarationParser(in, operands);
  }

  /** Reads the function after the word {@code .entry} or {@code .func}. */
  Function parse(boolean entry) {
    scopes.open();
    List<Variable> returns = in.at("(") ? parameters() : List.of();
    int line = in.peek().line();
    function = new Function(in.word(), entry, line);
    function.returns.addAll(returns);
    if (in.at("(")) {
      function.parameters.addAll(parameters());
    }
    limits();
    if (!in.take(";")) {
      function.defined = true;
      in.expect("{");
      block();
    }
    return function;
  }

  private List<Variable> parameters() {
    List<Variable> parameters = new ArrayList<>();
    in.expect("(");
    while (!in.take(")")) {
      String space = in.word().substring(1);
      parameters.add(declarations.variable(space, false));
      in.take(",");
    }
    return parameters;
  }

  /** {@code .maxntid 256, 1, 1} and its like; {@code .noreturn}. */
  private void limits() {
    while (in.peek().isDirective()) {
      String name = in.word().substring(1);
      List<Integer> values = new ArrayList<>();
      while (!in.peek().isDirective() && !in.at("{") && !in.at(";")) {
        values.add(Integer.parseInt(in.word()));
        in.take(",");
      }
      function.limits.put(name, values);
    }
  }

  /** The statements up to the closing brace; the opening one was read. */
  private void block() {
    scopes.open();
    declareLabels();
    while (!in.take("}")) {
      if (in.atEnd()) {
        throw new PtxException(function.line, "the body of " + function.name + " is not closed");
      }
      statement();
    }
    scopes.close();
  }

  /** Labels may be used before they stand, so those of a nested block are declared first. */
  private void declareLabels() {
    int depth = 0;
    for (int i = 0; depth >= 0 && in.peek(i).kind() != Token.Kind.END; i++) {
      Token token = in.peek(i);
      depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
      if (depth == 0 && token.kind() == Token.Kind.WORD && in.peek(i + 1).is(":")) {
        scopes.declare(token.text());
      }
    }
  }

  private void statement() {
    if (in.take("{")) {
      block();
    } else if (in.peek().isDirective()) {
      directive(in.next());
    } else if (in.peek(1).is(":")) {
      label();
    } else if (!in.take(";")) {
      instruction();
    }
  }

  private void label() {
    String name = scopes.resolve(in.word());
    in.expect(":");
    if (in.take(".branchtargets")) {
      List<String> targets = new ArrayList<>();
      operands.operands().forEach(o -> targets.add(((Operand.Name) o).name()));
      function.branchTargets.put(name, targets);
      in.expect(";");
    } else {
      function.body.add(new Function.Statement(name, null));
    }
  }

  private void directive(Token token) {
    switch (token.text()) {
      case ".reg" ->
          declarations.registers(
              (name, type) -> function.registers.put(scopes.declare(name), type));
      case ".local", ".shared", ".param" -> variable(token.text().substring(1));
      case ".pragma" -> in.skipStatement();
      case ".loc" -> in.skipLine();
      default ->
          throw new PtxException(token.line(), "unsupported directive '" + token.text() + "'");
    }
  }

  private void variable(String space) {
    do {
      Variable variable = declarations.variable(space, false);
      Variable unique = variable.renamed(scopes.declare(variable.name()));
      function.variables.put(unique.name(), unique);
    } while (in.take(","));
    in.expect(";");
  }

  private void instruction() {
    Token first = in.peek();
    String guard = null;
    boolean negated = false;
    if (in.take("@")) {
      negated = in.take("!");
      guard = scopes.resolve(in.word());
    }
    String[] opcode = in.word().split("\\.");
    List<String> modifiers = Arrays.asList(opcode).subList(1, opcode.length);
    List<Operand> list = operands.operands();
    String text = in.between(first, in.peek());
    in.expect(";");
    function.body.add(
        new Function.Statement(
            null, new Instruction(first.line(), text, opcode[0], modifiers, guard, negated, list)));
  }
}
