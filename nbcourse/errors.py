"""The one error that every part of nbcourse raises for a problem its user can put right."""


class CourseError(Exception):
    """A problem in the course's files or in what was asked for, not in nbcourse itself.

    The message says what is wrong and what to do about it, one line for each problem.
    The command line prints it without a traceback and exits with ``exit_code``.

    Parameters
    ----------
    message
        What was given, what was expected, and what to do.
    exit_code
        The exit code of the command that meets the error; never 0.

    Examples
    --------
    >>> error = CourseError("solutions/ has no sheet 'graph': did you mean 'graphs'?")
    >>> error.exit_code
    1
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
