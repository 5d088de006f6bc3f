package org.residuum.ptx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@code .entry} or {@code .func} as written; names declared in inner braces are made unique.
 */
final class Function {
  /** A part of the body: either a label or an instruction. */
  record Statement(String label, Instruction instruction) {}

  final String name;
  final boolean entry;
  final int line;
  final List<Variable> returns = new ArrayList<>();
  final List<Variable> parameters = new ArrayList<>();
  final Map<String, PtxType> registers = new LinkedHashMap<>();
  final Map<String, Variable> variables = new LinkedHashMap<>();
  final List<Statement> body = new ArrayList<>();
  final Map<String, List<Integer>> limits = new LinkedHashMap<>();

  /** The labels that a {@code .branchtargets} list names. */
  final Map<String, List<String>> branchTargets = new LinkedHashMap<>();

  boolean defined;

  Function(String name, boolean entry, int line) {
    this.name = name;
    this.entry = entry;
    this.line = line;
  }
}
