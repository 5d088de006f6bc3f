package org.residuum.ptx.parse;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Gives each name declared inside inner braces of a function a name of its own. */
final class Scopes {
  private final Deque<Map<String, String>> scopes = new ArrayDeque<>();
  private int opened;

  void open() {
    scopes.push(new HashMap<>());
    opened++;
  }

  void close() {
    scopes.pop();
  }

  int depth() {
    return scopes.size();
  }

  /** The unique name for {@code name}, declared in the innermost braces. */
  String declare(String name) {
    String unique = scopes.size() > 1 ? name + "#" + opened : name;
    scopes.element().put(name, unique);
    return unique;
  }

  String resolve(String name) {
    for (Map<String, String> scope : scopes) {
      String unique = scope.get(name);
      if (unique != null) {
        return unique;
      }
    }
    return name;
  }
}
