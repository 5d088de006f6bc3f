package org.residuum.data.input;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.residuum.data.source.scan.PictureTree;

/**
 * A pattern of paths: within a name {@code *} stands for any letters, {@code ?} for one, {@code
 * [a-z]} for one of these, {@code {a,b}} for either; {@code **} for any number of folders. A folder
 * that matches stands for all that is in it.
 */
final class Glob implements PictureTree.Choice {
  private static final String SPECIAL = "*?[]{}";

  private final String text;
  private final Path root;

  /** One a name; null for {@code **}. */
  private final List<PathMatcher> names = new ArrayList<>();

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  Glob(String text) {
    this.text = text;
    String literal = text.startsWith("/") ? "/" : "";
    for (String name : text.split("/")) {
      if (name.isEmpty()) {
        continue;
      }
      if (names.isEmpty() && !isGlob(name)) {
        literal += (literal.isEmpty() || literal.endsWith("/") ? "" : "/") + name;
      } else {
        names.add(matcher(name));
      }
    }
    this.root = Path.of(literal);
  }

  private PathMatcher matcher(String name) {
    try {
      return name.equals("**") ? null : FileSystems.getDefault().getPathMatcher("glob:" + name);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(text + ": no pattern (" + e.getDescription() + ")", e);
    }
  }

  /** Whether a text has any letter that stands for others. */
  static boolean isGlob(String text) {
    return text.chars().anyMatch(letter -> SPECIAL.indexOf(letter) >= 0);
  }

  /** The folder that all that matches is in. */
  Path root() {
    return root;
  }

  @Override
  public boolean enters(Path folder) {
    BitSet states = states(folder);
    return !states.isEmpty();
  }

  @Override
  public boolean takes(Path file) {
    return states(file).get(names.size());
  }

  @Override
  public boolean isSource(Path file) {
    return SourceKind.byName(file).isPresent();
  }

  /** How many names of the pattern may be behind the path; all, for what is below a match. */
  private BitSet states(Path path) {
    BitSet states = new BitSet();
    reach(states, 0);
    for (Path name : root.relativize(path)) {
      if (states.get(names.size())) {
        return states;
      }
      BitSet after = new BitSet();
      for (int state = states.nextSetBit(0); state >= 0; state = states.nextSetBit(state + 1)) {
        if (names.get(state) == null) {
          reach(after, state);
        } else if (names.get(state).matches(name)) {
          reach(after, state + 1);
        }
      }
      states = after;
    }
    return states;
  }

  /** Folders that stand for none are passed. */
  private void reach(BitSet states, int state) {
    for (int at = state; !states.get(at); at++) {
      states.set(at);
      if (at == names.size() || names.get(at) != null) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
