package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages, methods and parameter lists stay small enough to be read at once. */
class SizeTest {
  private static final int FILES_A_PACKAGE = 30;
  private static final int LINES_A_METHOD = 60;
  private static final int PARAMETERS = 7;

  /** One class for each kind of ONNX operator and message: more of them is no disorder. */
  private static final String LARGE = "org/residuum/format/onnx";

  @ParameterizedTest
  @ValueSource(strings = {"src/main/java", "src/test/java"})
  void packagesHaveFewFiles(String root) throws IOException {
    Map<String, Long> sizes =
        sources(root).stream()
            .collect(
                Collectors.groupingBy(
                    file -> Path.of(root).relativize(file.getParent()).toString(),
                    TreeMap::new,
                    Collectors.counting()));
    sizes.values().removeIf(files -> files <= FILES_A_PACKAGE);
    sizes.remove(LARGE);
    assertEquals(Map.of(), sizes, "packages of more than " + FILES_A_PACKAGE + " files");
  }

  @Test
  void methodsAndParameterListsAreShort() throws IOException {
    List<Path> files = sources("src/main/java");
    assertTrue(files.size() > 100, "found " + files.size() + " files");
    assertEquals(List.of(), tooLong(files));
  }

  private static List<Path> sources(String root) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static List<String> tooLong(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(unit, positions, found).scan(unit, null);
      }
    }
    return found;
  }

  /** Collects the methods that are too long or take too much. */
  private static final class Methods extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    Methods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    /** A record's fields other than static ones are its components. */
    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (type.getKind() == Tree.Kind.RECORD) {
        long components =
            type.getMembers().stream()
                .filter(
                    member ->
                        member instanceof VariableTree field
                            && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .count();
        if (components > PARAMETERS) {
          found.add("record " + type.getSimpleName() + ": " + components + " components");
        }
      }
      return super.visitClass(type, unused);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long length = lines.getLineNumber(positions.getEndPosition(unit, method)) - first + 1;
      String place = unit.getSourceFile().getName() + ":" + first + " " + method.getName();
      if (length > LINES_A_METHOD) {
        found.add(place + ": " + length + " lines");
      }
      if (method.getParameters().size() > PARAMETERS) {
        found.add(place + ": " + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, unused);
    }
  }
}
