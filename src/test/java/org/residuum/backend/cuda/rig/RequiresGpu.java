package org.residuum.backend.cuda.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.residuum.backend.BackendUnavailableException;

/**
 * Tests of tag {@code gpu}. Without a GPU, or without cuBLAS, they are skipped, saying why, or fail
 * where {@code -Dresiduum.requireGpu=true}.
 */
@Tag("gpu")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresGpu.Condition.class)
public @interface RequiresGpu {
  /** Opens the GPU once. */
  final class Condition implements ExecutionCondition {
    private static final Optional<String> MISSING = missing();

    /** What a GPU would need, GPU included. */
    private static Optional<String> missing() {
      try {
        TestDevice.GPU.driver();
        return Optional.empty();
      } catch (BackendUnavailableException e) {
        return e.getMessage().lines().findFirst();
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("a GPU is there");
      }
      if (Boolean.getBoolean("residuum.requireGpu")) {
        throw new AssertionError(MISSING.get());
      }
      return ConditionEvaluationResult.disabled(MISSING.get());
    }
  }
}
