"""The errors that the API answers with, always as HTTP 200."""


class ApiError(Exception):
    """A refusal with the code and the message of the real API."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def missing(name: str) -> ApiError:
    """Tell that a required parameter is absent."""
    return ApiError("MissingParameter", f"The request is missing a required parameter `{name}`.")


def wrong_type(name: str) -> ApiError:
    """Tell that a parameter has another type."""
    return ApiError("InvalidParameter", f"The value type of parameter `{name}` is not valid.")


def unknown(name: str) -> ApiError:
    """Tell that the action has no such parameter."""
    return ApiError("UnknownParameter", f"The parameter `{name}` is not recognized.")


def user_not_exist(code: str = "ResourceNotFound.UserNotExist") -> ApiError:
    """Tell that the account has no such user."""
    return ApiError(code, "User does not exist.")


def not_authorized(operation: str, resource: str) -> ApiError:
    """Tell that CAM refuses the caller an operation."""
    return ApiError(
        "UnauthorizedOperation",
        f"you are not authorized to perform operation ({operation})\nresource ({resource}) has no permission",
    )
