package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.network.ElementType;
import org.residuum.ptx.parse.PtxEntry;

/** An entry of a committed module, line by line. */
final class EntryText {
  /** Registers that mutations may use for themselves. */
  private static final String SCRATCH =
      "\t.reg .b32 %mr<2>;\n\t.reg .b64 %mrd<2>;\n\t.reg .pred %mp<2>;";

  private static final Pattern LABEL = Pattern.compile("(\\$L__\\w+):.*");

  private final Kernel kernel;
  private final ElementType storage;
  private final String header;
  private final int firstLine;
  private final List<String> lines;
  private final List<PtxLine> instructions = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<String, String> parameters = new LinkedHashMap<>();

  private EntryText(
      Kernel kernel, ElementType storage, String header, int firstLine, List<String> lines) {
    this.kernel = kernel;
    this.storage = storage;
    this.header = header;
    this.firstLine = firstLine;
    this.lines = lines;
    boolean body = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher parameter = Pattern.compile("\\s*\\.param \\.(\\w+) (\\w+),?").matcher(line);
      Matcher label = LABEL.matcher(line);
      if (parameter.matches()) {
        parameters.put(parameter.group(2), parameter.group(1));
      } else if (label.matches()) {
        labels.put(label.group(1), i);
      }
      body |= line.startsWith("{");
      PtxLine instruction = body ? PtxLine.parse(i, line) : null;
      if (instruction != null) {
        instructions.add(instruction);
      }
    }
  }

  /** Every entry of every module, in the order of the table of kernels. */
  static List<EntryText> all() {
    List<EntryText> all = new ArrayList<>();
    for (PtxModule module : PtxModule.values()) {
      String source = module.source();
      for (Kernel kernel : KernelTable.all()) {
        for (ElementType storage : kernel.storages()) {
          if (PtxModule.of(storage) == module) {
            all.add(of(kernel, storage, source));
          }
        }
      }
    }
    return all;
  }

  private static EntryText of(Kernel kernel, ElementType storage, String source) {
    String opening = ".visible .entry " + kernel.entry(storage) + "(";
    int from = source.indexOf(opening);
    int to = source.indexOf("\n}", from) + 2;
    if (from < 0) {
      throw new IllegalStateException("the module has no entry " + kernel.entry(storage));
    }
    String header = source.substring(0, source.indexOf(".visible .entry"));
    int firstLine = 1 + (int) source.substring(0, from).chars().filter(c -> c == '\n').count();
    return new EntryText(
        kernel, storage, header, firstLine, List.of(source.substring(from, to).split("\n")));
  }

  Kernel kernel() {
    return kernel;
  }

  ElementType storage() {
    return storage;
  }

  String name() {
    return kernel.entry(storage);
  }

  List<PtxLine> instructions() {
    return instructions;
  }

  /** The parameters with their PTX types, in order. */
  Map<String, String> parameters() {
    return parameters;
  }

  /** The line of the module's file in which an instruction stands. */
  int lineInFile(PtxLine line) {
    return firstLine + line.index();
  }

  /** Whether the instruction is a branch to a place before it. */
  boolean goesBack(PtxLine line) {
    return line.name().equals("bra")
        && labels.getOrDefault(line.operand(0), Integer.MAX_VALUE) < line.index();
  }

  /** Whether a branch after the line goes to a place before it: the line is within a loop. */
  boolean inLoop(PtxLine line) {
    return instructions.stream()
        .anyMatch(
            b ->
                b.name().equals("bra")
                    && b.index() > line.index()
                    && labels.getOrDefault(b.operand(0), Integer.MAX_VALUE) < line.index());
  }

  /** Whether a branch may lead to a place behind the one instruction and before the other. */
  boolean hasLabelBetween(PtxLine first, PtxLine second) {
    return labels.values().stream().anyMatch(at -> at > first.index() && at < second.index());
  }

  /** The registers that some instruction reads, as operand, address or guard. */
  boolean isRead(String register) {
    Pattern use = Pattern.compile(Pattern.quote(register) + "(?!\\d)");
    for (PtxLine line : instructions) {
      boolean writesFirst = !line.name().equals("st") && !line.name().equals("bra");
      for (int i = writesFirst ? 1 : 0; i < line.operands().size(); i++) {
        if (use.matcher(line.operand(i)).find()) {
          return true;
        }
      }
      if (use.matcher(line.guard()).find()) {
        return true;
      }
    }
    return false;
  }

  /** The entry with one line replaced, alone in a module. */
  PtxEntry with(int index, String replacement) {
    StringBuilder text = new StringBuilder(header);
    for (int i = 0; i < lines.size(); i++) {
      text.append(i == index ? replacement : lines.get(i)).append('\n');
      if (lines.get(i).startsWith("{")) {
        text.append(SCRATCH).append('\n');
      }
    }
    return org.residuum.ptx.parse.PtxModule.parse(text.toString()).entry(name());
  }
}
