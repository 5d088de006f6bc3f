package org.residuum.backend.cuda;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests of tag {@code gpu}. Without a GPU they are skipped, saying why, or fail where {@code
 * -Dresiduum.requireGpu=true}.
 */
@Tag("gpu")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresGpu.Condition.class)
public @interface RequiresGpu {
  /** Looks for a GPU once. */
  final class Condition implements ExecutionCondition {
    private static final GpuProbe PROBE = GpuProbe.look();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!PROBE.gpus().isEmpty()) {
        return ConditionEvaluationResult.enabled("a GPU is there");
      }
      String missing = "no GPU: " + PROBE.absence();
      if (Boolean.getBoolean("residuum.requireGpu")) {
        throw new AssertionError(missing);
      }
      return ConditionEvaluationResult.disabled(missing);
    }
  }
}
