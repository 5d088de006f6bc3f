package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@code .entry} or {@code .func} as written; names declared in inner braces are made unique.
 */
public final class Function {
  /** A part of the body: either a label or an instruction. */
  public record Statement(String label, Instruction instruction) {}

  public final String name;
  final boolean entry;
  public final int line;
  public final List<Variable> returns = new ArrayList<>();
  public final List<Variable> parameters = new ArrayList<>();
  public final Map<String, PtxType> registers = new LinkedHashMap<>();
  public final Map<String, Variable> variables = new LinkedHashMap<>();
  public final List<Statement> body = new ArrayList<>();
  final Map<String, List<Integer>> limits = new LinkedHashMap<>();

  /** The labels that a {@code .branchtargets} list names. */
  public final Map<String, List<String>> branchTargets = new LinkedHashMap<>();

  public boolean defined;

  Function(String name, boolean entry, int line) {
    this.name = name;
    this.entry = entry;
    this.line = line;
  }
}
