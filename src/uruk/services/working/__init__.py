"""What people do with a case: the queue, actions, second persons, outcomes of waits."""
